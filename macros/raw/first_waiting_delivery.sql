{#-
    Expression: the lowest delivery that waits for the next build, or a number above
    any.

    Deliveries become visible in the order of their numbers: none waits below one that
    this build takes.

        where delivery_id < {{ first_waiting_delivery() }}
-#}
{% macro first_waiting_delivery() -%}
    (
        select coalesce(min(delivery_id), 9223372036854775807)
        from {{ source('landing', 'delivered_files') }}
        where is_waiting
    )
{%- endmacro %}

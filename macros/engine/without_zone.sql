{#-
    Expression: an ISO 8601 text of UTC as an engine casts it, `T` and zone taken out.

        cast({{ without_zone('order_date') }} as timestamp)
-#}
{% macro without_zone(expression) -%}
    replace(
        replace(replace(trim({{ expression }}), 'T', ' '), 'Z', ''), '+00:00', ''
    )
{%- endmacro %}

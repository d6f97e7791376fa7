{#-
    Expression: whether a row's batch came after the last check of its feed.

    Compares `batch_id` with the one in `taken`, a step of the statement; always true
    on a first build.

        select * from raw_orders where {{ is_unchecked('orders') }}
-#}
{% macro is_unchecked(feed) -%}
    {%- if is_incremental() -%}
    batch_id > (
        select coalesce(max(taken.batch_id), 0) from taken
        where taken.source_table = '{{ feed }}'
    )
    {%- else -%}
    batch_id > 0
    {%- endif -%}
{%- endmacro %}

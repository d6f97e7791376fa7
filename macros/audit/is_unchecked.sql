{#-
    Expression: whether a row's batch is newer than those that `rejected_rows` holds.

    Compares `batch_id` with the newest in `taken`, a step of the statement; always
    true on a first build.

        select * from raw_orders where {{ is_unchecked('orders') }}
-#}
{% macro is_unchecked(feed) -%}
    {%- if is_incremental() -%}
    batch_id > (
        select coalesce(max(taken.batch_id), 0) from taken
        where taken.source_table = '{{ feed }}'
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

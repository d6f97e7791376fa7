{#-
    Expression: whether a row's batch came after the last check of its feed.

    Always true on a first build. What the check found must still be in the table, else
    the feed is checked anew.

        select * from raw_orders where {{ is_unchecked('orders') }}
-#}
{% macro is_unchecked(feed) -%}
    {%- set checked_batches = source('audit', 'checked_batches') -%}
    {%- if is_incremental() -%}
    {%- set question -%}
        select coalesce(max(checked.batch_id), 0)
        from {{ checked_batches }} as checked
        where
            checked.source_table = '{{ feed }}'
            and checked.reject_count = (
                select count(*) from {{ this }} as found
                where found.source_table = '{{ feed }}' and found.batch_id is not null
            )
    {%- endset -%}
    batch_id > {{ as_literal(question) }}
    {%- else -%}
    batch_id > 0
    {%- endif -%}
{%- endmacro %}

{#-
    Condition, with its `and`: the row's `key` is one that CTE `touched` lists.

    Nothing on a first build or a full refresh, which work out every row.

        where not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
-#}
{% macro and_is_touched(touched='touched_orders', key='order_id') -%}
    {%- if is_incremental() %}
        and {{ key }} in (select {{ touched }}.{{ key }} from {{ touched }})
    {%- endif -%}
{%- endmacro %}

{#-
    Condition, with its `and`: the row's `key` is one that CTE `touched` lists.

    Nothing on a first build or a full refresh, which work out every row. `has_index`
    says that the table has an index on the key.

        where not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
-#}
{% macro and_is_touched(
    touched='touched_orders', key='order_id', has_index=false
) -%}
    {%- if is_incremental() %}
        {%- set keys = 'select ' ~ touched ~ '.' ~ key ~ ' from ' ~ touched %}
        and {{ is_one_of(key, keys) if has_index else key ~ ' in (' ~ keys ~ ')' }}
    {%- endif -%}
{%- endmacro %}

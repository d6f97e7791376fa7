{#-
    Statement: the frequent itemsets of one size, as `bundle_candidates` writes them.

        {{ level_itemsets(2) }}
-#}
{% macro level_itemsets(size) -%}
    {%- set places = range(1, size + 1) -%}
    select
        sets.set_id,
        {{ size }} as item_count,
        items_{{ size }}.product_sku,
        {%- for last in [size, size - 1] %}
        '['
        {%- for place in range(1, last + 1) %}
        || {{ "', ' || " if place > 1 }}items_{{ place }}.quoted_sku
        {%- endfor %}
        || ']' as {{ 'itemset,' if last == size else 'parent_itemset' }}
        {%- endfor %}
    from bundle_sets_{{ size }} as sets
    {%- for place in places %}
    inner join bundle_items as items_{{ place }}
        on sets.item_{{ place }} = items_{{ place }}.item
    {%- endfor %}
{%- endmacro %}

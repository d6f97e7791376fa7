{#-
    Statements: every frequent itemset, level by level, into temporary tables.

    Apriori (Agrawal & Srikant, 1994): a set can be frequent only if every set within it
    is. Tables with statistics between the levels, because a planner that has to guess
    the size of a level does not come to an end. Baskets, items and sets are numbers;
    items count in the order of their SKUs, so a set's items are sorted.

    `lines` are order lines with order_id, product_sku and is_sale. What the model reads
    then: `bundle_totals` (basket_count, smallest_count), `bundle_items` (product_sku,
    item), and for each level `bundle_sets_<k>` (set_id, item_1 to item_k, set_count).

        pre_hook="{{ mine_itemsets(ref('fact_order_lines')) }}"
-#}
{% macro mine_itemsets(lines) -%}
    {%- set max_length = var('bundle_max_length') | int %}
    create temporary table bundle_baskets as
    select
        product_sku,
        dense_rank() over (order by order_id) as basket
    from {{ lines }}
    where is_sale
    group by order_id, product_sku;

    create temporary table bundle_totals as
    select
        cast(coalesce(max(basket), 0) as bigint) as basket_count,
        {{ smallest_count('coalesce(max(basket), 0)') }} as smallest_count
    from bundle_baskets;

    create temporary table bundle_items as
    select
        product_sku,
        row_number() over (order by {{ in_byte_order('product_sku') }}) as item,
        count(*) as item_count
    from bundle_baskets
    group by product_sku
    having count(*) >= (select totals.smallest_count from bundle_totals as totals);
    {% for size in range(1, max_length + 1) %}
    {{ mine_level(size) }}
    {%- endfor %}
{%- endmacro %}

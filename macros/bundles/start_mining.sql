{#-
    Statements: the baskets to mine, as numbers, and the items frequent among them.

    `condition` says which of the order lines count, `least` is the expression of the
    fewest baskets that make a set frequent; it may speak of basket_count. Items are
    numbered in the order of their SKUs' bytes, so that a set's items are sorted.
    Temporary tables with statistics, here and in `mine_level`, because a planner that
    has to guess the size of a level does not come to an end.

        {{ start_mining(ref('fact_order_lines'), 'is_sale', '3') }}
-#}
{% macro start_mining(lines, condition, least) -%}
    create temporary table bundle_baskets as
    select
        product_sku,
        dense_rank() over (order by order_id) as basket
    from {{ lines }}
    where {{ condition }}
    group by order_id, product_sku;
    analyze bundle_baskets;

    create temporary table bundle_totals as
    select
        baskets.basket_count,
        {{ least }} as smallest_count
    from (
        select cast(coalesce(max(basket), 0) as bigint) as basket_count
        from bundle_baskets
    ) as baskets;

    create temporary table bundle_items as
    select
        product_sku,
        '"' || {{ json_escape('product_sku') }} || '"' as quoted_sku,
        row_number() over (order by {{ in_byte_order('product_sku') }}) as item,
        count(*) as item_count
    from bundle_baskets
    group by product_sku
    having count(*) >= (select totals.smallest_count from bundle_totals as totals);
    analyze bundle_items;
{%- endmacro %}

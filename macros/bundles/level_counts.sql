{#-
    Statements: the frequent itemsets of one size, and the baskets that hold each.

    Items and pairs are counted at once; a larger candidate is counted among the baskets
    of the set without its last item. `bundle_occurrences_<k>` has a row per set and
    basket.
    exception: three kinds of level, which make sense together only

        {{ level_counts(3) }}
-#}
{% macro level_counts(size) -%}
    {%- set below = size - 1 -%}
    {%- if size == 1 %}
    create temporary table bundle_sets_1 as
    select item as set_id, item as item_1, item_count as set_count
    from bundle_items;

    create temporary table bundle_occurrences_1 as
    select items.item as set_id, baskets.basket
    from bundle_baskets as baskets
    inner join bundle_items as items on baskets.product_sku = items.product_sku;
    {%- elif size == 2 %}
    create temporary table bundle_sets_2 as
    select
        row_number() over (order by lower_item.set_id, higher_item.set_id) as set_id,
        lower_item.set_id as item_1,
        higher_item.set_id as item_2,
        count(*) as set_count
    from bundle_occurrences_1 as lower_item
    inner join bundle_occurrences_1 as higher_item
        on
            lower_item.basket = higher_item.basket
            and lower_item.set_id < higher_item.set_id
    group by lower_item.set_id, higher_item.set_id
    having count(*) >= (select totals.smallest_count from bundle_totals as totals);

    create temporary table bundle_occurrences_2 as
    select sets.set_id, lower_item.basket
    from bundle_sets_2 as sets
    inner join bundle_occurrences_1 as lower_item
        on sets.item_1 = lower_item.set_id
    inner join bundle_occurrences_1 as higher_item
        on sets.item_2 = higher_item.set_id and lower_item.basket = higher_item.basket;
    {%- else %}
    create temporary table bundle_occurrences_{{ size }} as
    select candidates.set_id, of_parent.basket
    from bundle_candidates_{{ size }} as candidates
    inner join bundle_occurrences_{{ below }} as of_parent
        on candidates.parent_id = of_parent.set_id
    inner join bundle_occurrences_1 as of_last
        on
            candidates.item_{{ size }} = of_last.set_id
            and of_parent.basket = of_last.basket;

    create temporary table bundle_sets_{{ size }} as
    select
        candidates.set_id,
        {%- for place in range(1, size + 1) %}
        candidates.item_{{ place }},
        {%- endfor %}
        count(*) as set_count
    from bundle_candidates_{{ size }} as candidates
    inner join bundle_occurrences_{{ size }} as occurrences
        on candidates.set_id = occurrences.set_id
    group by
        candidates.set_id
        {%- for place in range(1, size + 1) %}, candidates.item_{{ place }}{% endfor %}
    having count(*) >= (select totals.smallest_count from bundle_totals as totals);
    {%- endif %}
    analyze bundle_sets_{{ size }};
    analyze bundle_occurrences_{{ size }};
{%- endmacro %}

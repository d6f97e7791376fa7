{%- set places = range(1, var('bundle_max_length') | int + 1) -%}
with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

itemsets as (select * from {{ ref('bundle_itemsets') }}),

frequent as (
    select
        candidates.itemset_id,
        candidates.parent_id,
        candidates.item_count,
        candidates.itemset,
        '"' || {{ json_escape('candidates.product_sku') }} || '"' as sku
    from candidates
    inner join itemsets on candidates.itemset = itemsets.itemset
),

-- a set's items are its own last one and those of its parents
parts (itemset_id, part_id) as (
    select
        itemset_id,
        itemset_id as part_id
    from frequent
    where item_count > 1
    union all
    select
        parts.itemset_id,
        frequent.parent_id as part_id
    from parts
    inner join frequent on parts.part_id = frequent.itemset_id
    where frequent.item_count > 1
),

items_of_sets as (
    select
        parts.itemset_id,
        {%- for place in places %}
        max(case when frequent.item_count = {{ place }} then ', ' || frequent.sku end)
            as item_{{ place }},
        {%- endfor %}
        max(frequent.item_count) as item_count
    from parts
    inner join frequent on parts.part_id = frequent.itemset_id
    group by parts.itemset_id
),

-- every way to part a set into antecedents and consequents
splits (
    item_count
    {%- for place in places %},
    is_antecedent_{{ place }}
    {%- endfor %}
) as (
    values
    {%- for size in places %}
    {%- set is_last_size = loop.last %}
    {%- for mask in range(1, [2 ** size - 1, 2] | max) %}
    (
        {{ size }}
        {%- for place in places %},
        {{ (mask // 2 ** (place - 1)) % 2 == 1 }}
        {%- endfor %}
    ){{ ',' if not (is_last_size and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

sides_of_sets as (
    select
        items_of_sets.itemset_id,
        {%- for side in ['', 'not '] %}
        {%- for place in places %}
        {{ '|| ' if place > 1 }}case
            when {{ side }}splits.is_antecedent_{{ place }}
                then coalesce(items_of_sets.item_{{ place }}, '')
            else ''
        end
        {%- endfor %} as {{ 'consequent_list' if side else 'antecedent_list,' }}
        {%- endfor %}
    from items_of_sets
    inner join splits on items_of_sets.item_count = splits.item_count
),

sides as (
    select
        itemset_id,
        '[' || substr(antecedent_list, 3) || ']' as antecedents,
        '[' || substr(consequent_list, 3) || ']' as consequents
    from sides_of_sets
),

final as (
    select
        -- keys
        md5(sides.antecedents || ' => ' || sides.consequents) as rule_id,

        -- attributes
        sides.itemset_id,
        antecedent_sets.itemset_id as antecedent_id,
        consequent_sets.itemset_id as consequent_id
    from sides
    inner join frequent as antecedent_sets
        on sides.antecedents = antecedent_sets.itemset
    inner join frequent as consequent_sets
        on sides.consequents = consequent_sets.itemset
)

select * from final

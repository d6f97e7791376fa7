{{ config(enabled=target.type != 'duckdb') }}
{%- set max_length = var('bundle_max_length') | int -%}
{%- set places = range(1, max_length + 1) -%}
-- The same table as bundle_rules.py makes, for engines without Python models.
-- exception: one statement, whose steps make sense together only
with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

itemsets_found as (select * from {{ ref('bundle_itemsets') }}),

products as (select * from {{ ref('dim_products') }}),

-- the items are numbered in the order of their SKUs
items as (
    select
        candidates.product_sku,
        candidates.itemset_id as item,
        '"' || {{ json_escape('candidates.product_sku') }} || '"' as sku,
        '"' || {{ json_escape(
            'coalesce(products.product_name, candidates.product_sku)'
        ) }} || '"' as name
    from candidates
    left join products on candidates.product_sku = products.product_sku
    where candidates.item_count = 1
),

frequent as (
    select
        candidates.itemset_id,
        candidates.parent_id,
        candidates.item_count,
        items.item,
        itemsets_found.itemset_count as set_count,
        itemsets_found.basket_count,
        itemsets_found.window_start,
        itemsets_found.window_end
    from itemsets_found
    inner join candidates on itemsets_found.itemset = candidates.itemset
    inner join items on candidates.product_sku = items.product_sku
),

-- a set's items are its own last one and those of its parents
parts (itemset_id, part_id) as (
    select
        itemset_id,
        itemset_id as part_id
    from frequent
    union all
    select
        parts.itemset_id,
        frequent.parent_id as part_id
    from parts
    inner join frequent on parts.part_id = frequent.itemset_id
    where frequent.item_count > 1
),

itemsets_of_parts as (
    select
        parts.itemset_id,
        {%- for place in places %}
        max(case when frequent.item_count = {{ place }} then frequent.item end)
            as item_{{ place }},
        {%- endfor %}
        '|' || string_agg(cast(items.item as varchar), '|' order by items.item)
            as set_key,
        '[' || string_agg(items.sku, ', ' order by items.item) || ']' as sku_list,
        '[' || string_agg(items.name, ', ' order by items.item) || ']' as name_list
    from parts
    inner join frequent on parts.part_id = frequent.itemset_id
    inner join items on frequent.item = items.item
    group by parts.itemset_id
),

named_itemsets as (
    select
        itemsets_of_parts.*,
        frequent.item_count,
        frequent.set_count,
        frequent.basket_count,
        frequent.window_start,
        frequent.window_end
    from itemsets_of_parts
    inner join frequent on itemsets_of_parts.itemset_id = frequent.itemset_id
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

splits_of_itemsets as (
    select
        named_itemsets.set_count,
        named_itemsets.basket_count,
        named_itemsets.window_start,
        named_itemsets.window_end,
        {%- for side in ['', 'not '] %}
        {%- for place in places %}
        {{ '|| ' if place > 1 }}case
            when {{ side }}splits.is_antecedent_{{ place }}
                then coalesce('|' || named_itemsets.item_{{ place }}, '')
            else ''
        end
        {%- endfor %} as {{ 'consequents_key' if side else 'antecedents_key,' }}
        {%- endfor %}
    from named_itemsets
    inner join splits on named_itemsets.item_count = splits.item_count
    where named_itemsets.item_count > 1
),

rules as (
    select
        antecedents.sku_list as antecedents,
        consequents.sku_list as consequents,
        antecedents.name_list as antecedents_names,
        consequents.name_list as consequents_names,
        {%- for place in places %}
        antecedents.item_{{ place }} as antecedent_{{ place }},
        consequents.item_{{ place }} as consequent_{{ place }},
        {%- endfor %}
        antecedents.set_count as count_a,
        consequents.set_count as count_b,
        splits_of_itemsets.set_count as count_ab,
        splits_of_itemsets.basket_count,
        splits_of_itemsets.window_start,
        splits_of_itemsets.window_end,
        {{ ratio('splits_of_itemsets.set_count', 'antecedents.set_count') }}
            as confidence
    from splits_of_itemsets
    inner join named_itemsets as antecedents
        on splits_of_itemsets.antecedents_key = antecedents.set_key
    inner join named_itemsets as consequents
        on splits_of_itemsets.consequents_key = consequents.set_key
    where
        splits_of_itemsets.set_count
        >= cast({{ var('bundle_min_confidence') }} as double precision)
        * antecedents.set_count * (1 - cast(1e-12 as double precision))
),

measured as (
    select
        rules.*,
        {{ ratio('rules.count_ab', 'rules.basket_count') }} as support,
        {{ ratio(
            'rules.count_ab * rules.basket_count',
            'rules.count_a * rules.count_b'
        ) }} as lift,
        {{ ratio('rules.count_a', 'rules.basket_count') }} as support_a,
        {{ ratio('rules.count_b', 'rules.basket_count') }} as support_b
    from rules
),

final as (
    select
        -- keys
        md5(measured.antecedents || ' => ' || measured.consequents) as rule_id,

        -- attributes
        row_number() over (
            order by
                measured.confidence desc,
                measured.lift desc,
                measured.support desc
                {%- for side in ['antecedent', 'consequent'] %}
                {%- for place in places %},
                measured.{{ side }}_{{ place }} nulls first
                {%- endfor %}
                {%- endfor %}
        ) as rule_rank,
        measured.antecedents,
        measured.consequents,
        measured.antecedents_names,
        measured.consequents_names,

        -- measures
        measured.support,
        measured.confidence,
        measured.lift,
        measured.support - measured.support_a * measured.support_b as leverage,
        {{ ratio('1 - measured.support_b', '1 - measured.confidence') }} as conviction,
        measured.count_a,
        measured.count_b,
        measured.count_ab,
        measured.basket_count,

        -- timestamps
        measured.window_start,
        measured.window_end
    from measured
    order by rule_rank
)

select * from final

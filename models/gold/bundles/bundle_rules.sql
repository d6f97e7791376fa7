{{ config(enabled=target.type != 'duckdb') }}
-- The same table as bundle_rules.py makes, for engines without Python models.
with

rules as (
    select * from {{ ref('int_bundle_rules') }}
    where segment_type = 'ALL'
),

named_itemsets as (select * from {{ ref('int_bundle_names') }}),

itemsets_found as (select * from {{ ref('bundle_itemsets') }}),

-- the same on every row
span as (
    select
        max(window_start) as window_start,
        max(window_end) as window_end,
        max(holdout_start) as holdout_start,
        max(holdout_basket_count) as holdout_basket_count
    from itemsets_found
),

holdout_counts as (
    select
        named_itemsets.itemset_id,
        itemsets_found.holdout_count
    from named_itemsets
    inner join itemsets_found on named_itemsets.itemset = itemsets_found.itemset
),

measured as (
    select
        rules.*,
        {{ rule_measures() }}
    from rules
),

final as (
    select
        -- keys
        md5(antecedents.itemset || ' => ' || consequents.itemset) as rule_id,

        -- attributes
        {{ rule_rank() }} as rule_rank,
        antecedents.itemset as antecedents,
        consequents.itemset as consequents,
        antecedents.name_list as antecedents_names,
        consequents.name_list as consequents_names,

        -- measures
        {%- for measure in rule_measure_names() %}
        measured.{{ measure }},
        {%- endfor %}
        both_held_out.holdout_count,
        {{ ratio(
            'both_held_out.holdout_count * span.holdout_basket_count',
            'a_held_out.holdout_count * b_held_out.holdout_count'
        ) }} as holdout_lift,

        -- flags
        measured.is_redundant,

        -- timestamps
        span.window_start,
        span.window_end,
        span.holdout_start
    from measured
    inner join named_itemsets as antecedents
        on measured.antecedents_id = antecedents.itemset_id
    inner join named_itemsets as consequents
        on measured.consequents_id = consequents.itemset_id
    inner join holdout_counts as both_held_out
        on measured.itemset_id = both_held_out.itemset_id
    inner join holdout_counts as a_held_out
        on measured.antecedents_id = a_held_out.itemset_id
    inner join holdout_counts as b_held_out
        on measured.consequents_id = b_held_out.itemset_id
    cross join span
    order by rule_rank
)

select * from final

with recursive

rules as (select * from {{ ref('bundle_rules') }}),

candidates as (select * from {{ ref('int_bundle_candidates') }}),

sides as (
    select
        rule_id,
        antecedents as itemset,
        false as is_consequent
    from rules
    union all
    select
        rule_id,
        consequents as itemset,
        true as is_consequent
    from rules
),

-- a set's products are its own last one and those of its parents
parts (rule_id, is_consequent, product_sku, parent_id) as (
    select
        sides.rule_id,
        sides.is_consequent,
        candidates.product_sku,
        candidates.parent_id
    from sides
    inner join candidates on sides.itemset = candidates.itemset
    union all
    select
        parts.rule_id,
        parts.is_consequent,
        candidates.product_sku,
        candidates.parent_id
    from parts
    inner join candidates on parts.parent_id = candidates.itemset_id
    where candidates.item_count > 0
),

final as (
    select
        -- keys
        rule_id,
        product_sku,

        -- flags
        is_consequent
    from parts
)

select * from final

with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

purchases as (select * from {{ ref('int_customer_purchases') }}),

candidate_items as (
    select
        purchases.customer_key,
        purchases.period,
        purchases.product_sku,
        candidates.itemset_id
    from purchases
    inner join candidates on purchases.product_sku = candidates.product_sku
    where candidates.item_count = 1
),

{{ held_itemsets(['customer_key', 'period']) }},

final as (
    select
        -- keys
        itemset_id,
        period,

        -- measures
        count(*) as customer_count
    from held_itemsets
    group by itemset_id, period
    union all
    select
        0 as itemset_id,
        period,
        count(distinct customer_key) as customer_count
    from purchases
    group by period
)

select * from final

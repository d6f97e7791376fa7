with recursive

all_candidates as (select * from {{ ref('int_bundle_candidates') }}),

candidates as (
    select * from all_candidates
    where load_id = (select max(newest.load_id) from all_candidates as newest)
),

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

-- who bought a set bought the set one item larger who bought that item as well
occurrences (itemset_id, customer_key, period) as (
    select
        itemset_id,
        customer_key,
        period
    from candidate_items
    union all
    select
        candidates.itemset_id,
        occurrences.customer_key,
        occurrences.period
    from occurrences
    inner join candidates on occurrences.itemset_id = candidates.parent_id
    inner join candidate_items
        on
            occurrences.customer_key = candidate_items.customer_key
            and occurrences.period = candidate_items.period
            and candidates.product_sku = candidate_items.product_sku
),

final as (
    select
        -- keys
        itemset_id,
        period,

        -- measures
        count(*) as customer_count
    from occurrences
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

with

daily_counts as (select * from {{ ref('int_bundle_daily_counts') }}),

candidates as (select * from {{ ref('int_bundle_candidates') }}),

baskets as (
    select
        sum(basket_count) as basket_count,
        min(nullif(order_date, {{ unknown_day() }})) as window_start,
        max(nullif(order_date, {{ unknown_day() }})) as window_end
    from daily_counts
    where itemset_id = 0 and basket_count > 0
),

counts as (
    select
        candidates_load_id,
        itemset_id,
        sum(basket_count) as itemset_count
    from daily_counts
    where itemset_id > 0
    group by candidates_load_id, itemset_id
),

final as (
    select
        -- keys
        candidates.itemset,

        -- attributes
        candidates.item_count,

        -- measures
        cast(counts.itemset_count as bigint) as itemset_count,
        cast(baskets.basket_count as bigint) as basket_count,
        {{ ratio('counts.itemset_count', 'baskets.basket_count') }} as support,

        -- timestamps
        cast(baskets.window_start as timestamp) as window_start,
        cast(baskets.window_end as timestamp) as window_end
    from counts
    inner join candidates
        on
            counts.candidates_load_id = candidates.load_id
            and counts.itemset_id = candidates.itemset_id
    cross join baskets
    where
        counts.itemset_count >= {{ smallest_count('baskets.basket_count') }}
        and candidates.item_count <= {{ var('bundle_max_length') }}
)

select * from final

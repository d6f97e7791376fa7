with

daily_counts as (select * from {{ ref('int_bundle_daily_counts') }}),

window_days as (select * from {{ ref('int_bundle_window') }}),

candidates as (select * from {{ ref('int_bundle_candidates') }}),

counted as (
    select
        daily_counts.candidates_load_id,
        daily_counts.itemset_id,
        nullif(daily_counts.order_date, {{ unknown_day() }}) as order_date,
        {{ counts_in_window() }}
    from daily_counts
    cross join window_days
),

baskets as (
    select
        sum(mined_count) as basket_count,
        sum(holdout_count) as holdout_basket_count,
        min(order_date) as window_start,
        max(order_date) as window_end,
        min(case when holdout_count > 0 then order_date end) as holdout_start
    from counted
    where itemset_id = 0 and mined_count + holdout_count > 0
),

counts as (
    select
        candidates_load_id,
        itemset_id,
        sum(mined_count) as itemset_count,
        sum(holdout_count) as holdout_count
    from counted
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
        cast(counts.holdout_count as bigint) as holdout_count,
        cast(baskets.holdout_basket_count as bigint) as holdout_basket_count,

        -- timestamps
        cast(baskets.window_start as timestamp) as window_start,
        cast(baskets.window_end as timestamp) as window_end,
        cast(baskets.holdout_start as timestamp) as holdout_start
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

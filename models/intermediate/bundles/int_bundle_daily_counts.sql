-- exception: one statement, whose steps make sense together only
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='order_date',
        on_schema_change='fail',
        meta={'batch_column': 'load_id'}
    )
}}

with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

order_lines as (
    select
        order_id,
        product_sku,
        is_sale,
        coalesce(order_date, {{ unknown_day() }}) as order_date
    from {{ ref('fact_order_lines') }}
),

line_days as (
    select
        event_date as order_date,
        line_count,
        lines_load_id
    from {{ ref('int_daily_sales') }}
    where line_count > 0
),

days as (
    select
        line_days.order_date,
        line_days.line_count,
        line_days.lines_load_id,
        candidates.load_id as candidates_load_id
    from line_days
    cross join candidates
    where candidates.itemset_id = 0
),
{% if is_incremental() %}
counted_days as (
    select * from {{ this }}
    where itemset_id = 0
),

-- a day that lines were moved to or from, corrected or deleted in, or that was counted
-- for other candidates; one that lost all its lines stays, without any
stale_days as (
    select
        coalesce(days.order_date, counted_days.order_date) as order_date,
        coalesce(days.line_count, 0) as line_count,
        days.lines_load_id,
        coalesce(
            days.candidates_load_id, counted_days.candidates_load_id
        ) as candidates_load_id
    from days
    full outer join counted_days on days.order_date = counted_days.order_date
    where
        {{ has_other_rows('days', 'counted_days', 'line') }}
        or days.candidates_load_id != counted_days.candidates_load_id
),
{% else %}
stale_days as (select * from days),
{% endif %}
basket_items as (
    select distinct
        order_id,
        product_sku,
        order_date
    from order_lines
    where
        is_sale
        and order_date in (select stale_days.order_date from stale_days)
),

candidate_items as (
    select
        basket_items.order_id,
        basket_items.order_date,
        candidates.product_sku,
        candidates.itemset_id
    from basket_items
    inner join candidates on basket_items.product_sku = candidates.product_sku
    where candidates.item_count = 1
),

{{ held_itemsets(['order_id', 'order_date']) }},

baskets_per_day as (
    select
        order_date,
        count(distinct order_id) as basket_count
    from basket_items
    group by order_date
),

counts as (
    select
        order_date,
        itemset_id,
        count(*) as basket_count
    from held_itemsets
    group by order_date, itemset_id
    union all
    select
        stale_days.order_date,
        0 as itemset_id,
        coalesce(baskets_per_day.basket_count, 0) as basket_count
    from stale_days
    left join baskets_per_day on stale_days.order_date = baskets_per_day.order_date
),

final as (
    select
        -- keys
        counts.order_date,
        counts.itemset_id,

        -- measures
        counts.basket_count,

        -- what the day was counted of
        stale_days.line_count,
        stale_days.lines_load_id,
        stale_days.candidates_load_id,

        -- audit
        {{ load_id() }} as load_id
    from counts
    inner join stale_days on counts.order_date = stale_days.order_date
)

select * from final

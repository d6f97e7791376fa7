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

daily_counts as (
    select * from {{ ref('int_bundle_daily_counts') }}
    where itemset_id = 0
),

candidates as (select * from {{ ref('int_bundle_candidates') }}),

customers as (select * from {{ ref('dim_customers') }}),

orders as (
    select
        order_id,
        customer_key,
        channel,
        coalesce(order_date, {{ unknown_day() }}) as order_date
    from {{ ref('fact_orders') }}
    where not is_deleted
),

order_lines as (
    select
        order_id,
        product_sku
    from {{ ref('fact_order_lines') }}
    where is_sale
),

-- a customer who changes touches the days of all their orders
customers_per_day as (
    select
        orders.order_date,
        max(customers.load_id) as customers_load_id
    from orders
    inner join customers on orders.customer_key = customers.customer_key
    group by orders.order_date
),

days as (
    select
        daily_counts.order_date,
        daily_counts.load_id as counts_load_id,
        daily_counts.candidates_load_id,
        coalesce(customers_per_day.customers_load_id, 0) as customers_load_id
    from daily_counts
    left join customers_per_day
        on daily_counts.order_date = customers_per_day.order_date
),
{% if is_incremental() %}
counted_days as (
    select * from {{ this }}
    where itemset_id = 0 and channel = 'ALL'
),

stale_days as (
    select days.*
    from days
    left join counted_days on days.order_date = counted_days.order_date
    where
        counted_days.order_date is null
        or days.counts_load_id != counted_days.counts_load_id
        or days.customers_load_id != counted_days.customers_load_id
),
{% else %}
stale_days as (select * from days),
{% endif %}
stale_orders as (
    select
        orders.order_id,
        orders.order_date,
        orders.channel,
        coalesce(customers.customer_segment, 'NONE') as customer_segment
    from orders
    left join customers on orders.customer_key = customers.customer_key
    where orders.order_date in (select stale_days.order_date from stale_days)
),

basket_items as (
    select
        stale_orders.order_id,
        order_lines.product_sku
    from stale_orders
    inner join order_lines on stale_orders.order_id = order_lines.order_id
    group by stale_orders.order_id, order_lines.product_sku
),

candidate_items as (
    select
        basket_items.order_id,
        candidates.product_sku,
        candidates.itemset_id
    from basket_items
    inner join candidates on basket_items.product_sku = candidates.product_sku
    where candidates.item_count = 1
),

{{ held_itemsets(['order_id']) }},

sets_of_baskets as (
    select
        order_id,
        0 as itemset_id
    from basket_items
    group by order_id
    union all
    select
        order_id,
        itemset_id
    from held_itemsets
),

counts as (
    select
        stale_orders.order_date,
        stale_orders.channel,
        stale_orders.customer_segment,
        sets_of_baskets.itemset_id,
        count(*) as basket_count
    from sets_of_baskets
    inner join stale_orders on sets_of_baskets.order_id = stale_orders.order_id
    group by
        stale_orders.order_date,
        stale_orders.channel,
        stale_orders.customer_segment,
        sets_of_baskets.itemset_id
    union all
    select
        order_date,
        'ALL' as channel,
        'ALL' as customer_segment,
        0 as itemset_id,
        0 as basket_count
    from stale_days
),

final as (
    select
        -- keys
        counts.order_date,
        counts.channel,
        counts.customer_segment,
        counts.itemset_id,

        -- measures
        counts.basket_count,

        -- what the day was counted of
        stale_days.counts_load_id,
        stale_days.candidates_load_id,
        stale_days.customers_load_id,

        -- audit
        {{ load_id() }} as load_id
    from counts
    inner join stale_days on counts.order_date = stale_days.order_date
)

select * from final

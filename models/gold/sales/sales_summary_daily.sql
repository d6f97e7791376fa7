{{ config(indexes=indexes_on(['date'])) }}

with

days as (select * from {{ ref('dim_timeframe') }}),

orders as (
    select * from {{ ref('fact_orders') }}
    where not is_deleted
),

order_lines as (
    select * from {{ ref('fact_order_lines') }}
    where not is_deleted
),

payments as (
    select * from {{ ref('fact_payments') }}
    where not is_deleted
),

refunds as (
    select * from {{ ref('fact_refunds') }}
    where not is_deleted
),

orders_per_day as (
    select
        order_date,
        count(case when is_revenue and not is_return_only then 1 end) as total_orders,
        sum(case when is_revenue then 0 else 1 end) as cancelled_orders,
        count(distinct case when is_revenue and not is_return_only then customer_id end)
            as unique_customers
    from orders
    group by order_date
),

sales_per_day as (
    select
        order_date,
        sum(gross_amount) as gross,
        sum(discount_amount) as discounts,
        sum(line_total) as total_sales,
        sum(quantity) as units
    from order_lines
    where is_sale
    group by order_date
),

payments_per_day as (
    select
        payment_date,
        sum(case when is_collected then payment_amount else 0 end) as collected
    from payments
    group by payment_date
),

refunds_per_day as (
    select
        refund_date,
        sum(case when is_revenue then refund_amount else 0 end) as refunds,
        sum(case when is_revenue then 0 else refund_amount end) as cancelled_refunds
    from refunds
    group by refund_date
),

event_days as (
    select order_date as event_date from orders_per_day
    union
    select payment_date as event_date from payments_per_day
    union
    select refund_date as event_date from refunds_per_day
),

sales_range as (
    select
        min(event_date) as first_date,
        max(event_date) as last_date
    from event_days
),

final as (
    select
        -- keys
        days."date",
        days."date" as order_date,

        -- measures
        cast(coalesce(orders_per_day.total_orders, 0) as bigint) as total_orders,
        cast(
            coalesce(orders_per_day.cancelled_orders, 0) as bigint
        ) as cancelled_orders,
        cast(
            coalesce(orders_per_day.unique_customers, 0) as bigint
        ) as unique_customers,
        cast(coalesce(sales_per_day.units, 0) as bigint) as units,
        cast(coalesce(sales_per_day.gross, 0) as numeric(18, 2)) as gross,
        cast(coalesce(sales_per_day.discounts, 0) as numeric(18, 2)) as discounts,
        cast(coalesce(sales_per_day.total_sales, 0) as numeric(18, 2)) as total_sales,
        cast(coalesce(refunds_per_day.refunds, 0) as numeric(18, 2)) as refunds,
        cast(
            coalesce(sales_per_day.total_sales, 0)
            - coalesce(refunds_per_day.refunds, 0) as numeric(18, 2)
        ) as net_sales,
        cast(coalesce(payments_per_day.collected, 0) as numeric(18, 2)) as collected,
        cast(
            coalesce(refunds_per_day.cancelled_refunds, 0) as numeric(18, 2)
        ) as cancelled_refunds
    from sales_range
    inner join days
        on
            sales_range.first_date <= days."date"
            and sales_range.last_date >= days."date"
    left join orders_per_day on days."date" = orders_per_day.order_date
    left join sales_per_day on days."date" = sales_per_day.order_date
    left join payments_per_day on days."date" = payments_per_day.payment_date
    left join refunds_per_day on days."date" = refunds_per_day.refund_date
)

select * from final

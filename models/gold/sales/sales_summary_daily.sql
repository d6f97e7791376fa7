{{ config(indexes=indexes_on(['date'])) }}

with

days as (select * from {{ ref('dim_timeframe') }}),

daily_sales as (
    -- what is not dated stays out: reconciliation lists what it holds
    select * from {{ ref('int_daily_sales') }}
    where event_date > {{ unknown_day() }}
),

sales_range as (
    select
        min(event_date) as first_date,
        max(event_date) as last_date
    from daily_sales
    where has_events
),

final as (
    select
        -- keys
        days."date",
        days."date" as order_date,

        -- measures
        cast(coalesce(daily_sales.total_orders, 0) as bigint) as total_orders,
        cast(coalesce(daily_sales.cancelled_orders, 0) as bigint) as cancelled_orders,
        cast(coalesce(daily_sales.unique_customers, 0) as bigint) as unique_customers,
        cast(coalesce(daily_sales.units, 0) as bigint) as units,
        cast(coalesce(daily_sales.gross, 0) as numeric(18, 2)) as gross,
        cast(coalesce(daily_sales.discounts, 0) as numeric(18, 2)) as discounts,
        cast(coalesce(daily_sales.total_sales, 0) as numeric(18, 2)) as total_sales,
        cast(coalesce(daily_sales.refunds, 0) as numeric(18, 2)) as refunds,
        cast(
            coalesce(daily_sales.total_sales, 0)
            - coalesce(daily_sales.refunds, 0) as numeric(18, 2)
        ) as net_sales,
        cast(coalesce(daily_sales.collected, 0) as numeric(18, 2)) as collected,
        cast(
            coalesce(daily_sales.cancelled_refunds, 0) as numeric(18, 2)
        ) as cancelled_refunds
    from sales_range
    inner join days
        on
            sales_range.first_date <= days."date"
            and sales_range.last_date >= days."date"
    left join daily_sales on days."date" = daily_sales.event_date
)

select * from final

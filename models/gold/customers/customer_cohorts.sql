with

orders as (
    select * from {{ ref('fact_orders') }}
    where
        is_revenue
        and not is_return_only
        and order_date is not null
        and customer_key != '{{ unknown_key() }}'
),

first_months as (
    select
        customer_key,
        {{ month_start('min(order_date)') }} as cohort_month
    from orders
    group by customer_key
),

cohort_sizes as (
    select
        cohort_month,
        count(*) as cohort_customers
    from first_months
    group by cohort_month
),

activity as (
    select
        first_months.cohort_month,
        {{ month_start('orders.order_date') }} as activity_month,
        count(distinct orders.customer_key) as active_customers,
        count(*) as orders_count,
        sum(orders.sales_amount) as revenue
    from orders
    inner join first_months on orders.customer_key = first_months.customer_key
    group by first_months.cohort_month, {{ month_start('orders.order_date') }}
),

final as (
    select
        -- keys
        activity.cohort_month,
        activity.activity_month,

        -- measures
        cast(
            12 * (
                extract(year from activity.activity_month)
                - extract(year from activity.cohort_month)
            )
            + extract(month from activity.activity_month)
            - extract(month from activity.cohort_month) as integer
        ) as months_since_first,
        cast(cohort_sizes.cohort_customers as bigint) as cohort_customers,
        cast(activity.active_customers as bigint) as active_customers,
        {{ ratio('activity.active_customers', 'cohort_sizes.cohort_customers') }}
            as retention_share,
        cast(activity.orders_count as bigint) as orders_count,
        cast(activity.revenue as numeric(18, 2)) as revenue
    from activity
    inner join cohort_sizes on activity.cohort_month = cohort_sizes.cohort_month
)

select * from final

with

months as (
    select * from {{ ref('int_customer_months') }}
    where orders_count > 0
),

cohort_sizes as (
    select
        cohort_month,
        count(*) as cohort_customers
    from months
    where activity_month = cohort_month
    group by cohort_month
),

activity as (
    select
        cohort_month,
        activity_month,
        count(*) as active_customers,
        sum(orders_count) as orders_count,
        sum(sales_amount) as revenue
    from months
    group by cohort_month, activity_month
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

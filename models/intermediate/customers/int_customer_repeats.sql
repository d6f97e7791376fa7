with

months as (
    select * from {{ ref('int_customer_months') }}
    where orders_count > 0
),

days as (
    select
        min(first_order) as first_day,
        max(last_order) as last_day,
        {{ month_start(
            'max(last_order) - ' ~ (var('customer_holdout_days') - 1)
        ) }} as holdout_start
    from months
),

-- all that is known; and what was known before the days by which that is judged, which
-- begin with a month, because sales are added up by month
fit_periods as (
    select
        'all' as fit_period,
        last_day as until_date,
        last_day
    from days
    where last_day is not null
    union all
    select
        'calibration' as fit_period,
        holdout_start - 1 as until_date,
        last_day
    from days
    where holdout_start - first_day >= {{ var('customer_holdout_days') }}
),

customers as (
    select
        fit_periods.fit_period,
        months.customer_key,
        fit_periods.until_date,
        fit_periods.last_day,
        min(months.first_order) as first_order,
        max(case
            when months.activity_month <= fit_periods.until_date
                then months.last_order
        end) as last_order,
        sum(case
            when months.activity_month <= fit_periods.until_date
                then months.order_days
            else 0
        end) as order_days,
        sum(case
            when months.activity_month > fit_periods.until_date
                then months.order_days
            else 0
        end) as holdout_order_days,
        sum(case
            when months.activity_month = months.cohort_month
                then months.sales_amount - months.first_day_sales
            when months.activity_month <= fit_periods.until_date
                then months.sales_amount
            else 0
        end) as repeat_sales
    from fit_periods
    inner join months on fit_periods.until_date >= months.cohort_month
    group by
        fit_periods.fit_period,
        months.customer_key,
        fit_periods.until_date,
        fit_periods.last_day
),

final as (
    select
        -- keys
        fit_period,
        customer_key,

        -- measures
        cast(order_days - 1 as integer) as repeat_days,
        {{ days_between('first_order', 'last_order') }} as days_to_last,
        {{ days_between('first_order', 'until_date') }} as days_known,
        {{ ratio('repeat_sales', 'order_days - 1') }} as repeat_value,
        {{ days_between('until_date', 'last_day') }} as holdout_days,
        cast(holdout_order_days as integer) as holdout_order_days
    from customers
)

select * from final

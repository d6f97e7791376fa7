with

folds as (select * from {{ ref('int_purchase_folds') }}),

purchases as (select * from {{ ref('int_customer_purchases') }}),

active_periods as (
    select
        customer_key,
        period,
        min(period) over (partition by customer_key) as first_period
    from purchases
    group by customer_key, period
),

-- those who bought in a period and before it, in an order that depends on nothing else
numbered as (
    select
        active_periods.customer_key,
        active_periods.period,
        row_number() over (
            partition by active_periods.period
            order by
                md5(active_periods.customer_key),
                {{ in_byte_order('active_periods.customer_key') }}
        ) as place
    from active_periods
    where
        active_periods.first_period < active_periods.period
        and active_periods.period in (
            select folds.period from folds
            union
            select folds.period - 1 from folds
        )
),

final as (
    select
        customer_key,
        period
    from numbered
    where place <= {{ var('recommendation_sample_customers') }}
)

select * from final

with

predictions as (
    select * from {{ ref('int_customer_predictions') }}
    where fit_period = 'calibration'
),

holdouts as (
    select max(holdout_days) as holdout_days from {{ ref('int_customer_repeats') }}
    where fit_period = 'calibration'
),

final as (
    select
        -- keys
        cast(least(7, predictions.repeat_days) as integer) as repeat_days,

        -- measures
        count(*) as customers,
        cast(max(holdouts.holdout_days) as integer) as holdout_days,
        {{ exact_sum('predictions.predicted_holdout_orders') }} as predicted_orders,
        cast(sum(predictions.holdout_order_days) as bigint) as actual_orders
    from predictions
    cross join holdouts
    group by least(7, predictions.repeat_days)
)

select * from final

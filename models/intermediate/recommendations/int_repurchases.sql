with

folds as (select * from {{ ref('int_purchase_folds') }}),

purchases as (select * from {{ ref('int_customer_purchases') }}),

-- what a fold learns from is the period before it
learners as (
    select
        folds.fold,
        samples.customer_key,
        samples.period
    from folds
    inner join {{ ref('int_sampled_customers') }} as samples
        on folds.period - 1 = samples.period
),

past as (
    select
        learners.fold,
        learners.customer_key,
        learners.period,
        purchases.product_sku,
        sum(
            case
                when purchases.period < learners.period then purchases.orders_count
                else 0
            end
        ) as orders_count,
        max(
            case when purchases.period < learners.period then purchases.period end
        ) as last_period,
        max(
            case when purchases.period = learners.period then 1 else 0 end
        ) as is_bought
    from learners
    inner join purchases
        on
            learners.customer_key = purchases.customer_key
            and learners.period >= purchases.period
    group by
        learners.fold, learners.customer_key, learners.period, purchases.product_sku
),

final as (
    select
        -- keys
        fold,
        customer_key,
        product_sku,

        -- attributes
        cast(least(orders_count, 5) as integer) as orders_band,
        cast(
            case
                when last_period is null then 0 else least(period - last_period, 6)
            end as integer
        ) as age_band,

        -- flags
        is_bought = 1 as is_bought
    from past
)

select * from final

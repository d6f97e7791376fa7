-- exception: two shares per product and what each is drawn towards
with

folds as (select * from {{ ref('int_purchase_folds') }}),

purchases as (select * from {{ ref('int_customer_purchases') }}),

past as (select * from {{ ref('int_repurchases') }}),

popularity as (
    select
        folds.fold,
        purchases.product_sku,
        cast(sum(purchases.orders_count) as bigint) as orders_count
    from folds
    inner join purchases on folds.period > purchases.period
    group by folds.fold, purchases.product_sku
),

learners as (
    select
        fold,
        count(distinct customer_key) as customer_count
    from past
    group by fold
),

learnt as (
    select
        fold,
        product_sku,
        sum(case when orders_band > 0 then 1 else 0 end) as owners,
        sum(case when orders_band > 0 and is_bought then 1 else 0 end) as again,
        sum(case when orders_band = 0 then 1 else 0 end) as newcomers
    from past
    group by fold, product_sku
),

products as (
    select
        popularity.fold,
        popularity.product_sku,
        popularity.orders_count,
        coalesce(learnt.owners, 0) as owners,
        coalesce(learnt.again, 0) as again,
        coalesce(learnt.newcomers, 0) as newcomers,
        coalesce(learners.customer_count, 0) - coalesce(learnt.owners, 0) as strangers
    from popularity
    left join learners on popularity.fold = learners.fold
    left join learnt
        on
            popularity.fold = learnt.fold
            and popularity.product_sku = learnt.product_sku
),

-- what to expect of a product of mean popularity
means as (
    select
        fold,
        coalesce({{ ratio('sum(newcomers)', 'sum(strangers)') }}, 0) as new_share,
        {{ ratio('sum(orders_count)', 'count(*)') }} as orders_count
    from products
    group by fold
),

-- its popularity speaks for a product as 200 customers would
new_rates as (
    select
        products.*,
        {{ ratio(
            'products.newcomers + 200 * least(
                0.5, means.new_share * products.orders_count / means.orders_count
            )', 'products.strangers + 200'
        ) }} as new_rate
    from products
    inner join means on products.fold = means.fold
),

-- how much more often those buy a product who bought it before
loyalties as (
    select
        fold,
        {{ ratio('sum(again) + 1', 'sum(owners * new_rate) + 1') }} as loyalty
    from new_rates
    group by fold
),

rates as (
    select
        new_rates.fold,
        new_rates.product_sku,
        new_rates.orders_count,
        new_rates.new_rate,
        {{ ratio(
            'new_rates.again + 20 * least(0.5, loyalties.loyalty * new_rates.new_rate)',
            'new_rates.owners + 20'
        ) }} as again_rate
    from new_rates
    inner join loyalties on new_rates.fold = loyalties.fold
),

ranked as (
    select
        *,
        row_number() over (
            partition by fold
            order by orders_count desc, {{ in_byte_order('product_sku') }}
        ) as popularity_rank
    from rates
),

final as (
    select
        -- keys
        fold,
        product_sku,

        -- measures
        popularity_rank,
        row_number() over (
            partition by fold
            order by
                round(cast(new_rate as numeric(18, 12)), 9) desc,
                popularity_rank asc
        ) as new_rank,
        new_rate,
        again_rate
    from ranked
)

select * from final

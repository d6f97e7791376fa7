with

folds as (select * from {{ ref('int_purchase_folds') }}),

past as (select * from {{ ref('int_repurchases') }}),

products as (select * from {{ ref('int_product_rates') }}),

-- the rules that were known before what is learnt from
known_pairs as (
    select
        folds.fold,
        pairs.antecedent_sku,
        pairs.consequent_sku
    from {{ ref('int_product_pairs') }} as pairs
    inner join folds as past_folds on pairs.fold = past_folds.fold
    inner join folds on past_folds.period = folds.period - 1
),

offers as (
    select distinct
        bought_before.fold,
        bought_before.customer_key,
        known_pairs.consequent_sku as product_sku
    from past as bought_before
    inner join known_pairs
        on
            bought_before.fold = known_pairs.fold
            and bought_before.product_sku = known_pairs.antecedent_sku
    where bought_before.orders_band > 0
),

new_offers as (
    select
        offers.fold,
        products.new_rate,
        case when past.is_bought then 1 else 0 end as is_bought
    from offers
    inner join products
        on offers.fold = products.fold and offers.product_sku = products.product_sku
    left join past
        on
            offers.fold = past.fold
            and offers.customer_key = past.customer_key
            and offers.product_sku = past.product_sku
    where coalesce(past.orders_band, 0) = 0
),

final as (
    select
        -- keys
        fold,

        -- measures
        {{ ratio('sum(is_bought) + 10', 'sum(new_rate) + 10') }} as boost
    from new_offers
    group by fold
)

select * from final

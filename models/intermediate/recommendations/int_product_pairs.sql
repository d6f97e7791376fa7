-- exception: pairs are counted once and read both ways, which takes two steps more
with

folds as (select * from {{ ref('int_purchase_folds') }}),

samples as (select * from {{ ref('int_sampled_customers') }}),

products as (
    select * from {{ ref('int_product_rates') }}
    where popularity_rank <= {{ var('recommendation_rule_products') }}
),

-- what a customer bought in a period, of the products that are bought most
bought as (
    select
        folds.fold,
        purchases.customer_key,
        purchases.period,
        purchases.product_sku,
        products.popularity_rank,
        count(*) over (partition by folds.fold, purchases.product_sku) as buyers
    from folds
    inner join samples on folds.period - 1 = samples.period
    inner join {{ ref('int_customer_purchases') }} as purchases
        on
            samples.customer_key = purchases.customer_key
            and folds.period > purchases.period
    inner join products
        on folds.fold = products.fold and purchases.product_sku = products.product_sku
),

units as (
    select distinct
        fold,
        customer_key,
        period
    from bought
),

unit_counts as (
    select
        fold,
        count(*) as unit_count
    from units
    group by fold
),

-- of two products that were bought together, the more popular one first
both_bought as (
    select
        favourite.fold,
        favourite.popularity_rank as favourite_rank,
        other.popularity_rank as other_rank,
        favourite.product_sku as favourite_sku,
        other.product_sku as other_sku,
        favourite.buyers as favourite_buyers,
        other.buyers as other_buyers,
        count(*) as both_count
    from bought as favourite
    inner join bought as other
        on
            favourite.fold = other.fold
            and favourite.customer_key = other.customer_key
            and favourite.period = other.period
            and favourite.popularity_rank < other.popularity_rank
    group by
        favourite.fold,
        favourite.popularity_rank,
        other.popularity_rank,
        favourite.product_sku,
        other.product_sku,
        favourite.buyers,
        other.buyers
    having count(*) >= 5
),

pairs as (
    select
        fold,
        favourite_sku as antecedent_sku,
        other_sku as consequent_sku,
        other_rank as consequent_rank,
        favourite_buyers as antecedent_buyers,
        other_buyers as consequent_buyers,
        both_count
    from both_bought
    union all
    select
        fold,
        other_sku as antecedent_sku,
        favourite_sku as consequent_sku,
        favourite_rank as consequent_rank,
        other_buyers as antecedent_buyers,
        favourite_buyers as consequent_buyers,
        both_count
    from both_bought
),

measured as (
    select
        pairs.fold,
        pairs.antecedent_sku,
        pairs.consequent_sku,
        {{ ratio('pairs.both_count', 'pairs.antecedent_buyers') }} as confidence,
        row_number() over (
            partition by pairs.fold, pairs.antecedent_sku
            order by
                {{ ratio('pairs.both_count', 'pairs.antecedent_buyers') }} desc,
                pairs.consequent_rank asc
        ) as place
    from pairs
    inner join unit_counts on pairs.fold = unit_counts.fold
    -- lift above 1
    where
        pairs.both_count * unit_counts.unit_count
        > pairs.antecedent_buyers * pairs.consequent_buyers
),

final as (
    select
        -- keys
        fold,
        antecedent_sku,
        consequent_sku,

        -- measures
        confidence
    from measured
    where place <= 10
)

select * from final

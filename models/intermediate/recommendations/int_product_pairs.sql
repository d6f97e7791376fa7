-- exception: pairs are counted once and read both ways, which takes two steps more
with

folds as (select * from {{ ref('int_purchase_folds') }}),

samples as (select * from {{ ref('int_sampled_customers') }}),

products as (
    select * from {{ ref('int_product_rates') }}
    where popularity_rank <= {{ var('recommendation_rule_products') }}
),

-- what a customer bought in a period, of the products that are bought most; one key of
-- the two, because of several PostgreSQL joined by the fold alone
bought as (
    select
        folds.fold,
        concat(
            folds.fold, '|', purchases.customer_key, '|', purchases.period
        ) as unit_key,
        products.popularity_rank,
        purchases.product_sku
    from folds
    inner join samples on folds.period - 1 = samples.period
    inner join {{ ref('int_customer_purchases') }} as purchases
        on
            samples.customer_key = purchases.customer_key
            and folds.period > purchases.period
    inner join products
        on folds.fold = products.fold and purchases.product_sku = products.product_sku
),

unit_counts as (
    select
        fold,
        count(distinct unit_key) as unit_count
    from bought
    group by fold
),

bought_products as (
    select
        fold,
        popularity_rank,
        product_sku,
        count(*) as buyers
    from bought
    group by fold, popularity_rank, product_sku
),

-- of two products that were bought together, the more popular one first
both_bought as (
    select
        favourite.fold,
        favourite.popularity_rank as favourite_rank,
        other.popularity_rank as other_rank,
        count(*) as both_count
    from bought as favourite
    inner join bought as other
        on
            favourite.unit_key = other.unit_key
            and favourite.popularity_rank < other.popularity_rank
    group by favourite.fold, favourite.popularity_rank, other.popularity_rank
    having count(*) >= 5
),

both_ways as (
    select
        fold,
        favourite_rank as antecedent_rank,
        other_rank as consequent_rank,
        both_count
    from both_bought
    union all
    select
        fold,
        other_rank as antecedent_rank,
        favourite_rank as consequent_rank,
        both_count
    from both_bought
),

pairs as (
    select
        both_ways.*,
        antecedents.product_sku as antecedent_sku,
        consequents.product_sku as consequent_sku,
        antecedents.buyers as antecedent_buyers,
        consequents.buyers as consequent_buyers
    from both_ways
    inner join bought_products as antecedents
        on
            both_ways.fold = antecedents.fold
            and both_ways.antecedent_rank = antecedents.popularity_rank
    inner join bought_products as consequents
        on
            both_ways.fold = consequents.fold
            and both_ways.consequent_rank = consequents.popularity_rank
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

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
        products.popularity_rank
    from folds
    inner join samples on folds.period - 1 = samples.period
    inner join {{ ref('int_customer_purchases') }} as purchases
        on
            samples.customer_key = purchases.customer_key
            and folds.period > purchases.period
    inner join products
        on folds.fold = products.fold and purchases.product_sku = products.product_sku
),

product_counts as (
    select
        fold,
        product_sku,
        count(*) as buyers
    from bought
    group by fold, product_sku
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

pairs as (
    select
        antecedents.fold,
        antecedents.product_sku as antecedent_sku,
        consequents.product_sku as consequent_sku,
        consequents.popularity_rank,
        count(*) as both_count
    from bought as antecedents
    inner join bought as consequents
        on
            antecedents.fold = consequents.fold
            and antecedents.customer_key = consequents.customer_key
            and antecedents.period = consequents.period
            and antecedents.product_sku != consequents.product_sku
    group by
        antecedents.fold,
        antecedents.product_sku,
        consequents.product_sku,
        consequents.popularity_rank
    having count(*) >= 5
),

measured as (
    select
        pairs.fold,
        pairs.antecedent_sku,
        pairs.consequent_sku,
        {{ ratio('pairs.both_count', 'antecedents.buyers') }} as confidence,
        row_number() over (
            partition by pairs.fold, pairs.antecedent_sku
            order by
                {{ ratio('pairs.both_count', 'antecedents.buyers') }} desc,
                pairs.popularity_rank asc
        ) as consequent_rank
    from pairs
    inner join product_counts as antecedents
        on
            pairs.fold = antecedents.fold
            and pairs.antecedent_sku = antecedents.product_sku
    inner join product_counts as consequents
        on
            pairs.fold = consequents.fold
            and pairs.consequent_sku = consequents.product_sku
    inner join unit_counts on pairs.fold = unit_counts.fold
    -- lift above 1
    where
        pairs.both_count * unit_counts.unit_count
        > antecedents.buyers * consequents.buyers
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
    where consequent_rank <= 10
)

select * from final

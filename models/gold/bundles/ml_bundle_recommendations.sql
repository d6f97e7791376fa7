with

rules as (
    select * from {{ ref('bundle_rules') }}
    where lift > 1
),

rule_items as (select * from {{ ref('int_rule_items') }}),

products as (
    select
        *,
        {{ ratio('revenue', 'units') }} as unit_revenue
    from {{ ref('top_products') }}
),

listed_products as (select * from {{ ref('dim_products') }}),

scores as (
    select
        *,
        {{ ratio('past_b', 'past_customers') }} as share_of_customers
    from {{ ref('int_rule_scores') }}
    where fold = 'publish'
),

bundles as (
    select
        rule_items.rule_id,
        count(distinct products.category) > 1 as is_cross_category,
        sum(
            coalesce(
                listed_products.list_price,
                cast(cast(products.unit_revenue as numeric(18, 6)) as numeric(18, 2))
            )
        ) as bundle_price,
        sum(
            case
                when rule_items.is_consequent
                    then {{ ratio('products.revenue', 'products.orders_count') }}
            end
        ) as revenue_per_basket
    from rule_items
    inner join products on rule_items.product_sku = products.product_sku
    left join listed_products
        on rule_items.product_sku = listed_products.product_key
    group by rule_items.rule_id
),

scored as (
    select
        rules.*,
        bundles.bundle_price,
        bundles.is_cross_category,
        bundles.revenue_per_basket,
        scores.model_version,
        scores.score,
        coalesce(
            scores.share_of_customers,
            {{ ratio('rules.count_b', 'rules.basket_count') }}
        ) as base_share
    from rules
    inner join scores on rules.rule_id = scores.rule_id
    left join bundles on rules.rule_id = bundles.rule_id
),

final as (
    select
        -- keys
        rule_id,

        -- attributes
        antecedents || ' => ' || consequents as bundle,
        antecedents_names || ' => ' || consequents_names as bundle_names,
        model_version,

        -- measures
        score,
        confidence,
        lift,
        support,
        cast(bundle_price as numeric(18, 2)) as bundle_price,
        cast(
            round(
                cast((score - base_share) * revenue_per_basket as numeric(18, 6)), 2
            ) as numeric(18, 2)
        ) as expected_extra_revenue,

        -- flags
        is_cross_category
    from scored
)

select * from final

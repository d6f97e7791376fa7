with

rules as (select * from {{ ref('bundle_rules') }}),

rule_items as (select * from {{ ref('int_rule_items') }}),

products as (select * from {{ ref('top_products') }}),

consequent_revenue as (
    select
        rule_items.rule_id,
        sum(
            {{ ratio('products.revenue', 'products.orders_count') }}
        ) as revenue_per_basket
    from rule_items
    inner join products on rule_items.product_sku = products.product_sku
    where rule_items.is_consequent
    group by rule_items.rule_id
),

scored as (
    select
        rules.*,
        consequent_revenue.revenue_per_basket,
        -- mean of the Beta(1, 1) posterior: a rule seen few times is believed less
        {{ ratio('rules.count_ab + 1', 'rules.count_a + 2') }} as score
    from rules
    inner join consequent_revenue on rules.rule_id = consequent_revenue.rule_id
    where rules.lift > 1
),

final as (
    select
        -- keys
        rule_id,

        -- attributes
        antecedents || ' => ' || consequents as bundle,
        antecedents_names || ' => ' || consequents_names as bundle_names,
        'rules-1' as model_version,

        -- measures
        score,
        confidence,
        lift,
        support,
        cast(
            round(
                cast(
                    (score - {{ ratio('count_b', 'basket_count') }})
                    * revenue_per_basket as numeric(18, 6)
                ), 2
            ) as numeric(18, 2)
        ) as expected_extra_revenue
    from scored
)

select * from final

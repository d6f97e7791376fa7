with

rules as (select * from {{ ref('bundle_rules') }}),

order_lines as (select * from {{ ref('fact_order_lines') }}),

products as (
    select product_sku
    from order_lines
    where is_sale
    group by product_sku
),

final as (
    -- rules hold JSON lists of SKUs, which no two engines take apart alike
    select
        rules.rule_id,
        products.product_sku,
        position(
            '"' || products.product_sku || '"' in rules.consequents
        ) > 0 as is_consequent
    from rules
    inner join products
        on
            position('"' || products.product_sku || '"' in rules.antecedents) > 0
            or position('"' || products.product_sku || '"' in rules.consequents) > 0
)

select * from final

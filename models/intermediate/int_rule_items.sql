with

rules as (select * from {{ ref('bundle_rules') }}),

products as (select * from {{ ref('top_products') }}),

quoted_products as (
    select
        product_sku,
        '"' || {{ json_escape('product_sku') }} || '"' as quoted_sku
    from products
),

final as (
    -- rules hold JSON lists of SKUs, which no two engines take apart alike
    select
        rules.rule_id,
        quoted_products.product_sku,
        position(quoted_products.quoted_sku in rules.consequents) > 0 as is_consequent
    from rules
    inner join quoted_products
        on
            position(quoted_products.quoted_sku in rules.antecedents) > 0
            or position(quoted_products.quoted_sku in rules.consequents) > 0
)

select * from final

with

order_lines as (select * from {{ ref('fact_order_lines') }}),

products as (select * from {{ ref('dim_products') }}),

sales_per_product as (
    select
        product_sku,
        product_key,
        sum(line_total) as revenue,
        sum(quantity) as units,
        count(distinct order_id) as orders_count
    from order_lines
    where is_sale
    group by product_sku, product_key
),

final as (
    select
        -- keys
        sales_per_product.product_sku,

        -- attributes
        products.product_name,
        products.category,

        -- measures
        cast(sales_per_product.revenue as numeric(18, 2)) as revenue,
        cast(sales_per_product.units as bigint) as units,
        cast(sales_per_product.orders_count as bigint) as orders_count,
        cast(
            row_number() over (
                order by
                    sales_per_product.revenue desc,
                    sales_per_product.product_sku asc
            ) as bigint
        ) as revenue_rank
    from sales_per_product
    inner join products on sales_per_product.product_key = products.product_key
)

select * from final

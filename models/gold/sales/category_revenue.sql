with

order_lines as (select * from {{ ref('fact_order_lines') }}),

products as (select * from {{ ref('dim_products') }}),

final as (
    select
        -- keys
        products.category,

        -- measures
        cast(sum(order_lines.line_total) as numeric(18, 2)) as total_revenue,
        cast(sum(order_lines.quantity) as bigint) as units,
        cast(count(distinct order_lines.order_id) as bigint) as orders_count
    from order_lines
    inner join products on order_lines.product_key = products.product_key
    where order_lines.is_sale
    group by products.category
)

select * from final

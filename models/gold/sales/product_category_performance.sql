with

order_lines as (select * from {{ ref('fact_order_lines') }}),

refunds as (select * from {{ ref('fact_refunds') }}),

products as (select * from {{ ref('dim_products') }}),

refunds_per_line as (
    select
        order_line_id,
        sum(refund_amount) as refund_amount
    from refunds
    where is_revenue
    group by order_line_id
),

lines as (
    select
        products.category,
        products.sub_category,
        order_lines.order_id,
        case when order_lines.is_sale then order_lines.line_total else 0 end as revenue,
        case when order_lines.is_sale then order_lines.quantity else 0 end as units,
        case when order_lines.is_sale then order_lines.order_id end as sale_order_id,
        coalesce(refunds_per_line.refund_amount, 0) as refund_amount
    from order_lines
    inner join products on order_lines.product_key = products.product_key
    left join refunds_per_line
        on order_lines.order_line_id = refunds_per_line.order_line_id
),

final as (
    select
        -- keys
        category,
        sub_category,

        -- measures
        cast(sum(revenue) as numeric(18, 2)) as revenue,
        cast(sum(refund_amount) as numeric(18, 2)) as refunds,
        cast(sum(revenue) - sum(refund_amount) as numeric(18, 2)) as net_revenue,
        cast(sum(units) as bigint) as units,
        cast(count(distinct sale_order_id) as bigint) as orders_count
    from lines
    group by category, sub_category
)

select * from final

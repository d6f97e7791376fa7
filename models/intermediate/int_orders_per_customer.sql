with

orders as (select * from {{ ref('fact_orders') }}),

order_lines as (select * from {{ ref('fact_order_lines') }}),

sales_per_order as (
    select
        order_id,
        sum(line_total) as sales_amount
    from order_lines
    where is_sale
    group by order_id
),

final as (
    -- orders without a day stay out: reconciliation lists what they hold
    select
        orders.customer_key,
        min(orders.order_date) as first_order,
        max(orders.order_date) as last_order,
        count(*) as orders_count,
        cast(coalesce(sum(sales_per_order.sales_amount), 0) as numeric(18, 2))
            as total_spend
    from orders
    left join sales_per_order on orders.order_id = sales_per_order.order_id
    where
        orders.is_revenue
        and not orders.is_return_only
        and orders.order_date is not null
    group by orders.customer_key
)

select * from final

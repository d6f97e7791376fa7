with

orders as (
    -- orders without a day stay out: reconciliation lists what they hold
    select * from {{ ref('fact_orders') }}
    where is_revenue and not is_return_only and order_date is not null
),

final as (
    select
        customer_key,
        min(order_date) as first_order,
        max(order_date) as last_order,
        count(*) as orders_count,
        cast(sum(sales_amount) as numeric(18, 2)) as total_spend
    from orders
    group by customer_key
)

select * from final

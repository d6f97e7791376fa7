with

months as (
    select * from {{ ref('int_customer_months') }}
    where orders_count > 0
),

final as (
    select
        customer_key,
        min(first_order) as first_order,
        max(last_order) as last_order,
        cast(sum(orders_count) as bigint) as orders_count,
        cast(sum(sales_amount) as numeric(18, 2)) as total_spend
    from months
    group by customer_key
)

select * from final

{{ config(indexes=indexes_on(['customer_id'])) }}

with

customers as (select * from {{ ref('dim_customers') }}),

orders_per_customer as (select * from {{ ref('int_orders_per_customer') }}),

final as (
    select
        -- keys
        customers.customer_id,

        -- attributes
        customers.first_name,
        customers.last_name,

        -- measures
        orders_per_customer.total_spend as total_spent,
        cast(orders_per_customer.orders_count as bigint) as num_orders,
        cast(
            row_number() over (
                order by
                    orders_per_customer.total_spend desc,
                    customers.customer_id asc
            ) as bigint
        ) as spend_rank
    from orders_per_customer
    inner join customers on orders_per_customer.customer_key = customers.customer_key
    where not customers.is_unknown
)

select * from final

with

transactions as (select * from {{ ref('raw_transactions') }}),

web_orders as (select * from {{ ref('raw_orders') }}),

sales as (select * from {{ ref('raw_sales') }}),

web_lines as (select * from {{ ref('raw_order_lines') }}),

web_payments as (select * from {{ ref('raw_payments') }}),

web_refunds as (select * from {{ ref('raw_refunds') }}),

final as (
    -- what a corrected row belonged to before must be worked out anew as well
    select
        'transactions' as feed,
        'POS' as source_system,
        record_key,
        customer_id as referred_key
    from transactions
    union all
    select
        'orders' as feed,
        'WEB' as source_system,
        record_key,
        customer_id as referred_key
    from web_orders
    union all
    select
        'sales' as feed,
        'POS' as source_system,
        record_key,
        transaction_id as referred_key
    from sales
    union all
    select
        'order_lines' as feed,
        'WEB' as source_system,
        record_key,
        order_id as referred_key
    from web_lines
    union all
    select
        'payments' as feed,
        'WEB' as source_system,
        record_key,
        order_id as referred_key
    from web_payments
    union all
    select
        'refunds' as feed,
        'WEB' as source_system,
        record_key,
        order_line_id as referred_key
    from web_refunds
)

select * from final

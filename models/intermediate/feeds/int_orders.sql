with

transactions as (select * from {{ ref('stg_pos__transactions') }}),

days as (select * from {{ ref('stg_pos__timeframe') }}),

web_orders as (select * from {{ ref('stg_web__orders') }}),

till_orders as (
    select
        transactions.order_id,
        'POS' as source_system,
        transactions.customer_id,
        days.day_start as ordered_at,
        transactions.channel,
        -- goods bought at the till are handed over there
        'DELIVERED' as status,
        transactions.transaction_amount as total_amount,
        transactions.is_deleted,
        greatest(transactions.load_id, coalesce(days.load_id, 0)) as load_id
    from transactions
    left join days on transactions.time_id = days.time_id
),

final as (
    select * from till_orders
    union all
    select
        order_id,
        'WEB' as source_system,
        customer_id,
        ordered_at,
        channel,
        status,
        total_amount,
        is_deleted,
        load_id
    from web_orders
)

select * from final

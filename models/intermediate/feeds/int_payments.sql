with

transactions as (select * from {{ ref('stg_pos__transactions') }}),

days as (select * from {{ ref('stg_pos__timeframe') }}),

web_payments as (select * from {{ ref('stg_web__payments') }}),

till_payments as (
    -- a receipt is paid when it is printed, so each is its own successful payment
    select
        transactions.order_id as payment_id,
        transactions.order_id,
        'POS' as source_system,
        days.day_start as paid_at,
        transactions.payment_type as payment_method,
        'SUCCESS' as payment_status,
        transactions.transaction_amount as payment_amount,
        transactions.is_deleted,
        greatest(transactions.load_id, coalesce(days.load_id, 0)) as load_id
    from transactions
    left join days on transactions.time_id = days.time_id
),

final as (
    select * from till_payments
    union all
    select
        payment_id,
        order_id,
        'WEB' as source_system,
        paid_at,
        payment_method,
        payment_status,
        payment_amount,
        is_deleted,
        load_id
    from web_payments
)

select * from final

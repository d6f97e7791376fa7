with

transactions as (select * from {{ ref('stg_pos__transactions') }}),

days as (select * from {{ ref('stg_pos__timeframe') }}),

web_payments as (select * from {{ ref('stg_web__payments') }}),

till_payments as (
    -- a receipt is paid when it is printed, so each is its own successful payment
    select
        'POS-' || transactions.transaction_id as payment_id,
        'POS-' || transactions.transaction_id as order_id,
        'POS' as source_system,
        days.day_start as paid_at,
        transactions.payment_type as payment_method,
        'SUCCESS' as payment_status,
        transactions.transaction_amount as payment_amount,
        transactions.batch_id as payment_batch_id,
        coalesce(days.batch_id, 0) as calendar_batch_id
    from transactions
    left join days on transactions.time_id = days.time_id
),

final as (
    select * from till_payments
    union all
    select
        'WEB-' || payment_id as payment_id,
        'WEB-' || order_id as order_id,
        'WEB' as source_system,
        paid_at,
        payment_method,
        payment_status,
        payment_amount,
        batch_id as payment_batch_id,
        cast(0 as bigint) as calendar_batch_id
    from web_payments
)

select * from final

{{ config(unique_key='payment_id') }}

with

payments as (select * from {{ ref('int_payments') }}),

orders as (select * from {{ ref('fact_orders') }}),
{% if is_incremental() %}
taken as (
    select
        source_system,
        max(payment_batch_id) as payment_batch_id,
        max(calendar_batch_id) as calendar_batch_id
    from {{ this }}
    group by source_system
),

touched_payments as (
    select payments.payment_id
    from payments
    left join taken on payments.source_system = taken.source_system
    where
        payments.payment_batch_id > coalesce(taken.payment_batch_id, 0)
        or payments.calendar_batch_id > coalesce(taken.calendar_batch_id, 0)
    union
    select loaded.payment_id
    from {{ this }} as loaded
    inner join orders on loaded.order_id = orders.order_id
    where not loaded.has_order
),
{% endif %}
final as (
    select
        -- keys
        payments.payment_id,
        payments.order_id,

        -- attributes
        payments.source_system,
        payments.payment_method,
        payments.payment_status,

        -- measures
        payments.payment_amount,

        -- flags
        payments.payment_status = 'SUCCESS' as is_collected,
        orders.order_id is not null as has_order,

        -- timestamps
        cast(payments.paid_at as date) as payment_date,
        payments.paid_at,

        -- audit
        payments.payment_batch_id,
        payments.calendar_batch_id
    from payments
    left join orders on payments.order_id = orders.order_id
    {%- if is_incremental() %}
    where
        payments.payment_id in (
            select touched_payments.payment_id from touched_payments
        )
    {%- endif %}
)

select * from final

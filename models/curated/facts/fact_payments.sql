{{
    config(
        unique_key='payment_id',
        indexes=indexes_on(['order_id', 'load_id'])
    )
}}

with

payments as (select * from {{ ref('int_payments') }}),

orders as (select * from {{ ref('fact_orders') }}),
{% if is_incremental() %}
fresh_orders as (
    select order_id from {{ ref('fact_orders') }}
    where load_id > {{ newest_load() }}
),

touched_payments as (
    select payment_id from {{ ref('int_payments') }}
    where load_id > {{ newest_load() }}
    union
    select payment_id from {{ ref('int_payments') }}
    where {{ is_one_of(
        'order_id', 'select fresh_orders.order_id from fresh_orders'
    ) }}
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
        payments.is_deleted,
        not payments.is_deleted and payments.payment_status = 'SUCCESS' as is_collected,
        orders.order_id is not null as has_order,

        -- timestamps
        cast(payments.paid_at as date) as payment_date,
        payments.paid_at,

        -- audit
        {{ load_id() }} as load_id
    from payments
    left join orders
        on payments.order_id = orders.order_id and not orders.is_deleted
    {%- if is_incremental() %}
    where
        {{ is_one_of(
            'payments.payment_id',
            'select touched_payments.payment_id from touched_payments'
        ) }}
    {%- endif %}
)

select * from final

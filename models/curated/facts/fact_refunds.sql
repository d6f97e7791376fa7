{{
    config(
        unique_key='refund_id',
        post_hook=[
            "{{ delete_undone_returns(ref('fact_order_lines')) }}",
            "{{ log_model_built() }}"
        ]
    )
}}

with

refunds as (select * from {{ ref('int_refunds') }}),

order_lines as (select * from {{ ref('fact_order_lines') }}),

orders as (select * from {{ ref('fact_orders') }}),
{% if is_incremental() %}
taken as (
    select
        source_system,
        max(refund_batch_id) as refund_batch_id,
        max(line_batch_id) as line_batch_id,
        max(header_batch_id) as header_batch_id,
        max(calendar_batch_id) as calendar_batch_id
    from {{ this }}
    group by source_system
),

touched_refunds as (
    select refunds.refund_id
    from refunds
    left join taken on refunds.source_system = taken.source_system
    where refunds.refund_batch_id > coalesce(taken.refund_batch_id, 0)
    union
    select refunds.refund_id
    from refunds
    inner join order_lines on refunds.order_line_id = order_lines.order_line_id
    left join taken on refunds.source_system = taken.source_system
    where
        order_lines.line_batch_id > coalesce(taken.line_batch_id, 0)
        or order_lines.header_batch_id > coalesce(taken.header_batch_id, 0)
        or order_lines.calendar_batch_id > coalesce(taken.calendar_batch_id, 0)
),
{% endif %}
final as (
    select
        -- keys
        refunds.refund_id,
        refunds.order_line_id,
        order_lines.order_id,

        -- attributes
        refunds.source_system,
        refunds.reason,

        -- measures
        refunds.quantity,
        refunds.refund_amount,

        -- flags
        coalesce(orders.is_revenue, true) as is_revenue,
        order_lines.order_line_id is not null as has_order_line,

        -- timestamps
        coalesce(cast(refunds.refunded_at as date), order_lines.order_date)
            as refund_date,

        -- audit
        refunds.refund_batch_id,
        coalesce(order_lines.line_batch_id, 0) as line_batch_id,
        coalesce(order_lines.header_batch_id, 0) as header_batch_id,
        coalesce(order_lines.calendar_batch_id, 0) as calendar_batch_id
    from refunds
    left join order_lines on refunds.order_line_id = order_lines.order_line_id
    left join orders on order_lines.order_id = orders.order_id
    {%- if is_incremental() %}
    where refunds.refund_id in (select touched_refunds.refund_id from touched_refunds)
    {%- endif %}
)

select * from final

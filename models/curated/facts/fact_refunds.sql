{{
    config(
        unique_key='refund_id',
        indexes=indexes_on(['load_id']),
        pre_hook="{{ delete_undone_returns(ref('fact_order_lines')) }}"
    )
}}

with

refunds as (select * from {{ ref('int_refunds') }}),

order_lines as (select * from {{ ref('fact_order_lines') }}),

orders as (select * from {{ ref('fact_orders') }}),
{% if is_incremental() %}
touched_refunds as (
    select refund_id from {{ ref('int_refunds') }}
    where load_id > {{ newest_load() }}
    union
    select refunds.refund_id
    from {{ ref('int_refunds') }} as refunds
    inner join {{ ref('fact_order_lines') }} as order_lines
        on refunds.order_line_id = order_lines.order_line_id
    where order_lines.load_id > {{ newest_load() }}
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
        refunds.is_deleted,
        not refunds.is_deleted and coalesce(orders.is_revenue, true) as is_revenue,
        order_lines.order_line_id is not null as has_order_line,

        -- timestamps
        coalesce(cast(refunds.refunded_at as date), order_lines.order_date)
            as refund_date,

        -- audit
        {{ load_id() }} as load_id
    from refunds
    left join order_lines
        on
            refunds.order_line_id = order_lines.order_line_id
            and not order_lines.is_deleted
    left join orders
        on order_lines.order_id = orders.order_id and not orders.is_deleted
    {%- if is_incremental() %}
    where refunds.refund_id in (select touched_refunds.refund_id from touched_refunds)
    {%- endif %}
)

select * from final

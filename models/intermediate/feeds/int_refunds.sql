with

order_lines as (select * from {{ ref('int_order_lines') }}),

web_refunds as (select * from {{ ref('stg_web__refunds') }}),

final as (
    -- a till line with negative quantity is goods brought back and paid out
    select
        order_line_id as refund_id,
        order_line_id,
        source_system,
        cast(null as timestamp) as refunded_at,
        -quantity as quantity,
        cast(-line_total as numeric(18, 2)) as refund_amount,
        'till return' as reason,
        is_deleted,
        load_id
    from order_lines
    where source_system = 'POS' and quantity < 0
    union all
    select
        refund_id,
        order_line_id,
        'WEB' as source_system,
        refunded_at,
        quantity,
        refund_amount,
        reason,
        is_deleted,
        load_id
    from web_refunds
)

select * from final

{%- set rules = {
    'null_key': 'refund_id is null',
    'missing_reference': 'order_line_id is null',
    'unparsable_quantity': is_unparsable('quantity_text', 'quantity'),
    'unparsable_amount': 'refund_amount is null',
    'negative_amount': 'refund_amount < 0',
} -%}
{%- do rules.update(date_rules('refunded_at')) -%}
with

source as (select * from {{ ref('raw_refunds') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('refund_id') }} as refund_id,
        {{ clean_text('order_line_id') }} as order_line_id,
        {{ parse_timestamp('refund_date') }} as refunded_at,
        {{ parse_integer('quantity') }} as quantity,
        {{ parse_decimal('refund_amount') }} as refund_amount,
        {{ clean_text('reason') }} as reason,
        quantity as quantity_text,

        -- as delivered
        {{ json_row(feed_columns('refunds')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

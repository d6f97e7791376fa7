{%- set rules = {
    'null_key': 'order_id is null',
    'unparsable_amount': 'total_amount is null',
} -%}
{%- do rules.update(date_rules('ordered_at')) -%}
with

source as (select * from {{ ref('raw_orders') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('customer_id') }} as customer_id,
        {{ parse_timestamp('order_date') }} as ordered_at,
        {{ conform_channel('channel', blank='WEB') }} as channel,
        {{ conform('status', {
            'PENDING': ['PENDING', 'NEW', 'CREATED', 'OPEN', 'PROCESSING', 'ON HOLD'],
            'PAID': ['PAID', 'CONFIRMED'],
            'SHIPPED': ['SHIPPED', 'DISPATCHED', 'IN TRANSIT'],
            'DELIVERED': ['DELIVERED', 'COMPLETED', 'COMPLETE', 'FULFILLED', 'CLOSED'],
            'CANCELLED': ['CANCELLED', 'CANCELED', 'VOID', 'VOIDED'],
        }) }} as status,
        {{ parse_decimal('total_amount') }} as total_amount,
        {{ parse_timestamp('updated_at') }} as updated_at,

        -- as delivered
        {{ json_row(feed_columns('orders')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

{%- set rules = {
    'null_key': 'payment_id is null',
    'missing_reference': 'order_id is null',
    'unparsable_amount': 'payment_amount is null',
    'negative_amount': 'payment_amount < 0',
} -%}
{%- do rules.update(date_rules('paid_at')) -%}
with

source as (select * from {{ ref('raw_payments') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('payment_id') }} as payment_id,
        {{ clean_text('order_id') }} as order_id,
        {{ parse_timestamp('payment_date') }} as paid_at,
        upper({{ clean_text('payment_method') }}) as payment_method,
        {{ conform('payment_status', {
            'SUCCESS': ['SUCCESS', 'SUCCEEDED', 'SUCCESSFUL', 'PAID', 'COMPLETED',
                        'COMPLETE', 'CAPTURED', 'SETTLED'],
            'FAILED': ['FAILED', 'FAILURE', 'DECLINED', 'REJECTED', 'ERROR',
                       'CANCELLED', 'CANCELED', 'EXPIRED'],
            'PENDING': ['PENDING', 'PROCESSING', 'AUTHORIZED', 'AUTHORISED'],
        }) }} as payment_status,
        {{ parse_decimal('payment_amount') }} as payment_amount,

        -- as delivered
        {{ json_row(feed_columns('payments')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

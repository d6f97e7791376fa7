{%- set rules = {
    'null_key': 'transaction_id is null',
    'missing_reference': 'time_id is null',
    'unparsable_amount': 'transaction_amount is null',
} -%}
with

source as (select * from {{ ref('raw_transactions') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('transaction_id') }} as transaction_id,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('time_id') }} as time_id,
        {{ parse_decimal('transaction_amount') }} as transaction_amount,
        {{ conform_channel('channel', blank='STORE') }} as channel,
        upper({{ clean_text('payment_type') }}) as payment_type,

        -- as delivered
        {{ json_row(feed_columns('transactions')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

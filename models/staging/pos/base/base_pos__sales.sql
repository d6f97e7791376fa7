{%- set rules = {
    'null_key': 'sale_id is null',
    'missing_reference': 'transaction_id is null or product_sku is null',
    'unparsable_quantity': 'quantity is null',
    'zero_quantity': 'quantity = 0',
    'unparsable_amount': 'unit_price is null or '
        ~ is_unparsable('line_total_text', 'line_total'),
    'negative_price': 'unit_price < 0',
    'impossible_amount': 'abs(cast(quantity as double precision) * cast(unit_price as'
        ~ ' double precision)) >= 1000000000000',
} -%}
with

source as (select * from {{ ref('raw_sales') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('sale_id') }} as sale_id,
        {{ clean_text('transaction_id') }} as transaction_id,
        {{ clean_text('product_sku') }} as product_sku,
        {{ parse_integer('quantity') }} as quantity,
        {{ parse_decimal('unit_price', 4) }} as unit_price,
        {{ parse_decimal('line_total') }} as line_total,
        line_total as line_total_text,

        -- as delivered
        {{ json_row(feed_columns('sales')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

{%- set rules = {
    'null_key': 'order_line_id is null',
    'missing_reference': 'order_id is null or product_sku is null',
    'unparsable_quantity': 'quantity is null',
    'zero_quantity': 'quantity = 0',
    'negative_quantity': 'quantity < 0',
    'unparsable_amount': 'unit_price is null or discount_amount is null',
    'negative_price': 'unit_price < 0',
    'negative_amount': 'discount_amount < 0',
    'impossible_amount': 'abs(cast(quantity as double precision) * cast(unit_price as'
        ~ ' double precision)) >= 1000000000000',
} -%}
with

source as (select * from {{ ref('raw_order_lines') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('order_line_id') }} as order_line_id,
        {{ clean_text('order_id') }} as order_id,
        {{ clean_text('product_sku') }} as product_sku,
        {{ parse_integer('quantity') }} as quantity,
        {{ parse_decimal('unit_price', 4) }} as unit_price,
        case
            when {{ clean_text('discount_amount') }} is null then 0.00
            else {{ parse_decimal('discount_amount') }}
        end as discount_amount,

        -- as delivered
        {{ json_row(feed_columns('order_lines')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

{%- set rules = {
    'null_key': 'product_sku is null',
    'unparsable_amount': is_unparsable('price', 'list_price'),
    'negative_price': 'list_price < 0',
} -%}
with

source as (select * from {{ ref('raw_products') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('product_sku') }} as product_sku,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('category') }} as category,
        {{ clean_text('sub_category') }} as sub_category,
        {{ clean_text('brand') }} as brand,
        {{ parse_decimal('price', 4) }} as list_price,
        upper({{ clean_text('status') }}) as status,
        {{ parse_timestamp('updated_at') }} as updated_at,
        price,

        -- as delivered
        {{ json_row(feed_columns('products')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

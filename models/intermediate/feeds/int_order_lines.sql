with

sales as (select * from {{ ref('stg_pos__sales') }}),

web_lines as (select * from {{ ref('stg_web__order_lines') }}),

lines as (
    select
        order_line_id,
        order_id,
        'POS' as source_system,
        product_sku,
        quantity,
        unit_price,
        cast(0 as numeric(18, 2)) as discount_amount,
        line_total as reported_line_total,
        record_key,
        is_deleted,
        load_id
    from sales
    union all
    select
        order_line_id,
        order_id,
        'WEB' as source_system,
        product_sku,
        quantity,
        unit_price,
        discount_amount,
        cast(null as numeric(18, 2)) as reported_line_total,
        record_key,
        is_deleted,
        load_id
    from web_lines
),

final as (
    select
        order_line_id,
        order_id,
        source_system,
        product_sku,
        quantity,
        unit_price,
        cast(round(quantity * unit_price, 2) as numeric(18, 2)) as gross_amount,
        discount_amount,
        cast(
            round(quantity * unit_price, 2) - discount_amount as numeric(18, 2)
        ) as line_total,
        reported_line_total,
        record_key,
        is_deleted,
        load_id
    from lines
)

select * from final

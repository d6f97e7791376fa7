{{
    config(
        unique_key='order_line_id',
        indexes=indexes_on(['order_line_id', 'order_id', 'load_id'])
    )
}}

with

order_lines as (select * from {{ ref('int_order_lines') }}),

orders as (select * from {{ ref('fact_orders') }}),

products as (select * from {{ ref('dim_products') }}),
{% if is_incremental() %}
fresh_orders as (
    select order_id from {{ ref('fact_orders') }}
    where load_id > {{ newest_load() }}
),

touched_lines as (
    select order_line_id from {{ ref('int_order_lines') }}
    where load_id > {{ newest_load() }}
    union
    select order_line_id from {{ ref('int_order_lines') }}
    where {{ is_one_of(
        'order_id', 'select fresh_orders.order_id from fresh_orders'
    ) }}
    union
    select loaded.order_line_id
    from {{ this }} as loaded
    inner join products on loaded.product_sku = products.product_key
    where loaded.is_unknown_product
),
{% endif %}
final as (
    select
        -- keys
        order_lines.order_line_id,
        order_lines.order_id,
        order_lines.product_sku,
        coalesce(products.product_key, '{{ unknown_key() }}') as product_key,

        -- attributes
        order_lines.source_system,

        -- measures
        order_lines.quantity,
        order_lines.unit_price,
        order_lines.gross_amount,
        order_lines.discount_amount,
        order_lines.line_total,
        order_lines.reported_line_total,
        cast(
            order_lines.reported_line_total - order_lines.line_total as numeric(18, 2)
        ) as line_total_gap,

        -- flags
        order_lines.quantity < 0 as is_return,
        order_lines.is_deleted,
        (
            not order_lines.is_deleted
            and order_lines.quantity > 0
            and coalesce(orders.is_revenue, false)
        ) as is_sale,
        orders.order_id is not null as has_order,
        products.product_key is null as is_unknown_product,

        -- timestamps
        orders.order_date,

        -- audit
        {{ load_id() }} as load_id
    from order_lines
    left join orders
        on order_lines.order_id = orders.order_id and not orders.is_deleted
    left join products on order_lines.product_sku = products.product_key
    {%- if is_incremental() %}
    where
        {{ is_one_of(
            'order_lines.order_line_id',
            'select touched_lines.order_line_id from touched_lines'
        ) }}
    {%- endif %}
)

select * from final

{{
    config(
        indexes=indexes_on(['customer_key']),
        meta={'changes_with': ['int_purchase_periods']}
    )
}}

with

periods as (
    select
        period_start,
        row_number() over (order by period_start) as period
    from {{ ref('int_purchase_periods') }}
    where has_sales
),

sales as (
    select
        order_id,
        product_sku,
        {{ period_start('order_date') }} as period_start
    from {{ ref('fact_order_lines') }}
    where is_sale and order_date is not null
),

orders as (
    select
        order_id,
        customer_key
    from {{ ref('fact_orders') }}
    where customer_key != '{{ unknown_key() }}'
),

final as (
    select
        -- keys
        orders.customer_key,
        sales.product_sku,
        periods.period,

        -- measures
        count(distinct sales.order_id) as orders_count
    from sales
    inner join periods on sales.period_start = periods.period_start
    inner join orders on sales.order_id = orders.order_id
    group by orders.customer_key, sales.product_sku, periods.period
)

select * from final

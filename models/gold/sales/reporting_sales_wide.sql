-- exception: a wide table lists its columns
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='order_line_id',
        on_schema_change='append_new_columns',
        meta={'batch_column': 'load_id'},
        indexes=indexes_on([
            'order_date', 'customer_id', 'order_id', 'order_line_id', 'load_id'
        ]),
        pre_hook=[
            "{{ avoid_nested_loops() }}",
            "{{ delete_deleted_lines(ref('fact_order_lines')) }}"
        ]
    )
}}
{%- set touched = orders_to_refresh() -%}

with
{% if is_incremental() %}
touched_orders as (
    {{ touched }}
),
{% endif %}
order_lines as (
    select * from {{ ref('fact_order_lines') }}
    where not is_deleted {{- and_is_touched(has_index=true) }}
),

orders as (
    select * from {{ ref('fact_orders') }}
    where not is_deleted {{- and_is_touched(has_index=true) }}
),

customers as (select * from {{ ref('dim_customers') }}),

products as (select * from {{ ref('dim_products') }}),

payments as (
    select * from {{ ref('fact_payments') }}
    where is_collected {{- and_is_touched(has_index=true) }}
),

refunds as (select * from {{ ref('fact_refunds') }}),

customer_history as (select * from {{ ref('int_customer_history') }}),

product_history as (select * from {{ ref('int_product_history') }}),

refunds_per_line as (
    select
        order_line_id,
        sum(refund_amount) as refund_amount
    from refunds
    where is_revenue
    group by order_line_id
),

ranked_payments as (
    select
        order_id,
        payment_method,
        payment_amount,
        row_number() over (
            partition by order_id
            order by payment_amount desc, payment_id asc
        ) as size_rank
    from payments
),

payments_per_order as (
    select
        order_id,
        max(case when size_rank = 1 then payment_method end) as payment_method,
        sum(payment_amount) as payment_amount
    from ranked_payments
    group by order_id
),

weighted_lines as (
    -- shares of an order's amounts follow the lines' totals, or are equal where
    -- these cancel out
    select
        order_lines.*,
        row_number() over in_order as line_number,
        sum(order_lines.line_total) over in_order as running_total
    from order_lines
    window in_order as (
        partition by order_lines.order_id
        order by order_lines.order_line_id
        rows between unbounded preceding and current row
    )
),

order_amounts as (
    select
        orders.*,
        payments_per_order.payment_method,
        coalesce(payments_per_order.payment_amount, 0) as payment_amount
    from orders
    left join payments_per_order on orders.order_id = payments_per_order.order_id
),

allocated_lines as (
    select
        weighted_lines.*,
        order_amounts.customer_id,
        order_amounts.customer_key,
        order_amounts.channel,
        order_amounts.status,
        order_amounts.total_amount,
        order_amounts.payment_method,
        order_amounts.payment_amount,
        order_amounts.ordered_at,
        coalesce(order_amounts.is_revenue, false) as is_revenue,
        case
            when order_amounts.lines_amount = 0 then weighted_lines.line_number
            else weighted_lines.running_total
        end as running_weight,
        case
            when order_amounts.lines_amount = 0 then weighted_lines.line_number - 1
            else weighted_lines.running_total - weighted_lines.line_total
        end as weight_before,
        case
            when order_amounts.lines_amount = 0 then order_amounts.line_count
            else order_amounts.lines_amount
        end as order_weight
    from weighted_lines
    left join order_amounts on weighted_lines.order_id = order_amounts.order_id
),

final as (
    select
        -- keys
        allocated_lines.order_line_id,
        allocated_lines.order_id,
        allocated_lines.order_date,
        allocated_lines.customer_id,
        allocated_lines.product_sku,

        -- order
        allocated_lines.source_system,
        allocated_lines.channel,
        allocated_lines.status,
        allocated_lines.payment_method,

        -- product
        products.product_name,
        products.category,
        products.sub_category,
        products.brand,

        -- customer
        customers.first_name,
        customers.last_name,
        customers.city,
        customers.state,
        customers.customer_segment as segment,
        customer_history.customer_segment as segment_at_order,

        -- measures of the line
        allocated_lines.quantity,
        cast(allocated_lines.unit_price as numeric(18, 4)) as unit_price,
        cast(product_history.list_price as numeric(18, 4)) as unit_price_at_order,
        cast(allocated_lines.gross_amount as numeric(18, 2)) as gross_amount,
        cast(allocated_lines.discount_amount as numeric(18, 2)) as discount_amount,
        cast(allocated_lines.line_total as numeric(18, 2)) as line_total,
        cast(
            case when allocated_lines.is_sale then allocated_lines.line_total else 0 end
            as numeric(18, 2)
        ) as sales_amount,
        cast(
            coalesce(refunds_per_line.refund_amount, 0) as numeric(18, 2)
        ) as refund_amount,

        -- measures of the order
        cast(allocated_lines.total_amount as numeric(18, 2)) as total_amount,
        {{ allocate_cents(
            'allocated_lines.total_amount',
            'allocated_lines.running_weight',
            'allocated_lines.weight_before',
            'allocated_lines.order_weight'
        ) }} as total_amount_allocated,
        cast(allocated_lines.payment_amount as numeric(18, 2)) as payment_amount,
        {{ allocate_cents(
            'allocated_lines.payment_amount',
            'allocated_lines.running_weight',
            'allocated_lines.weight_before',
            'allocated_lines.order_weight'
        ) }} as payment_amount_allocated,

        -- flags
        allocated_lines.is_revenue,
        allocated_lines.is_sale,
        allocated_lines.is_return,
        allocated_lines.has_order,
        {{ is_first_in_order('allocated_lines.product_sku') }} as is_first_of_product,
        {{ is_first_in_order('products.category, products.sub_category') }}
            as is_first_of_sub_category,
        {{ is_first_in_order('products.category') }} as is_first_of_category,

        -- audit
        {{ load_id() }} as load_id
    from allocated_lines
    left join customers on allocated_lines.customer_key = customers.customer_key
    left join products on allocated_lines.product_key = products.product_key
    left join refunds_per_line
        on allocated_lines.order_line_id = refunds_per_line.order_line_id
    left join customer_history
        on
            allocated_lines.customer_id = customer_history.customer_id
            and allocated_lines.ordered_at >= customer_history.valid_from
            and allocated_lines.ordered_at < customer_history.valid_to
    left join product_history
        on
            allocated_lines.product_sku = product_history.product_sku
            and allocated_lines.ordered_at >= product_history.valid_from
            and allocated_lines.ordered_at < product_history.valid_to
)

select * from final

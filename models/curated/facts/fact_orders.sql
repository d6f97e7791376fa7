{{ config(unique_key='order_id') }}

with

orders as (select * from {{ ref('int_orders') }}),

order_lines as (select * from {{ ref('int_order_lines') }}),

customers as (select * from {{ ref('dim_customers') }}),
{% if is_incremental() %}
taken as (
    select
        source_system,
        max(header_batch_id) as header_batch_id,
        max(calendar_batch_id) as calendar_batch_id,
        max(lines_batch_id) as lines_batch_id
    from {{ this }}
    group by source_system
),

touched_orders as (
    select orders.order_id
    from orders
    left join taken on orders.source_system = taken.source_system
    where
        orders.header_batch_id > coalesce(taken.header_batch_id, 0)
        or orders.calendar_batch_id > coalesce(taken.calendar_batch_id, 0)
    union
    select order_lines.order_id
    from order_lines
    left join taken on order_lines.source_system = taken.source_system
    where order_lines.line_batch_id > coalesce(taken.lines_batch_id, 0)
    union
    select loaded.order_id
    from {{ this }} as loaded
    inner join customers on loaded.customer_id = customers.customer_key
    where loaded.is_unknown_customer
),
{% endif %}
lines_per_order as (
    select
        order_id,
        sum(line_total) as lines_amount,
        count(*) as line_count,
        sum(case when quantity > 0 then 1 else 0 end) as sold_line_count,
        max(line_batch_id) as lines_batch_id
    from order_lines
    {%- if is_incremental() %}
    where order_id in (select touched_orders.order_id from touched_orders)
    {%- endif %}
    group by order_id
),

final as (
    select
        -- keys
        orders.order_id,
        orders.customer_id,
        coalesce(customers.customer_key, '{{ unknown_key() }}') as customer_key,

        -- attributes
        orders.source_system,
        orders.channel,
        orders.status,

        -- measures
        orders.total_amount,
        cast(
            coalesce(lines_per_order.lines_amount, 0) as numeric(18, 2)
        ) as lines_amount,
        cast(
            orders.total_amount
            - coalesce(lines_per_order.lines_amount, 0) as numeric(18, 2)
        ) as amount_gap,
        cast(coalesce(lines_per_order.line_count, 0) as bigint) as line_count,

        -- flags
        orders.status != 'CANCELLED' as is_revenue,
        coalesce(lines_per_order.sold_line_count = 0, false) as is_return_only,
        orders.customer_id is null as is_guest,
        (
            orders.customer_id is not null and customers.customer_key is null
        ) as is_unknown_customer,

        -- timestamps
        cast(orders.ordered_at as date) as order_date,
        orders.ordered_at,

        -- audit
        orders.header_batch_id,
        orders.calendar_batch_id,
        coalesce(lines_per_order.lines_batch_id, 0) as lines_batch_id
    from orders
    left join lines_per_order on orders.order_id = lines_per_order.order_id
    left join customers on orders.customer_id = customers.customer_key
    {%- if is_incremental() %}
    where orders.order_id in (select touched_orders.order_id from touched_orders)
    {%- endif %}
)

select * from final

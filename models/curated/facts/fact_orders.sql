{{
    config(
        unique_key='order_id',
        indexes=indexes_on(['order_id', 'customer_id', 'load_id'])
    )
}}

with

orders as (select * from {{ ref('int_orders') }}),

order_lines as (select * from {{ ref('int_order_lines') }}),

customers as (select * from {{ ref('dim_customers') }}),

past_references as (
    select * from {{ ref('int_past_references') }}
    where feed in ('sales', 'order_lines')
),
{% if is_incremental() %}
fresh_lines as (
    select
        source_system,
        record_key
    from {{ ref('int_order_lines') }}
    where load_id > {{ newest_load() }}
),

touched_orders as (
    select order_id from {{ ref('int_orders') }}
    where load_id > {{ newest_load() }}
    union
    select
        {{ referred_id() }} as order_id
    from past_references
    inner join fresh_lines
        on
            past_references.source_system = fresh_lines.source_system
            and past_references.record_key = fresh_lines.record_key
    where
        {{ is_one_of(
            'past_references.record_key',
            'select fresh.record_key from fresh_lines as fresh'
        ) }}
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
        sum(case when quantity > 0 then line_total else 0 end) as sold_amount,
        count(*) as line_count,
        sum(case when quantity > 0 then 1 else 0 end) as sold_line_count
    from order_lines
    where not is_deleted {{- and_is_touched(has_index=true) }}
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
        cast(
            case
                when orders.is_deleted or orders.status = 'CANCELLED' then 0
                else coalesce(lines_per_order.sold_amount, 0)
            end as numeric(18, 2)
        ) as sales_amount,
        cast(coalesce(lines_per_order.line_count, 0) as bigint) as line_count,

        -- flags
        orders.is_deleted,
        not orders.is_deleted and orders.status != 'CANCELLED' as is_revenue,
        coalesce(lines_per_order.sold_line_count = 0, false) as is_return_only,
        orders.customer_id is null as is_guest,
        (
            orders.customer_id is not null and customers.customer_key is null
        ) as is_unknown_customer,

        -- timestamps
        cast(orders.ordered_at as date) as order_date,
        orders.ordered_at,

        -- audit
        {{ load_id() }} as load_id
    from orders
    left join lines_per_order on orders.order_id = lines_per_order.order_id
    left join customers on orders.customer_id = customers.customer_key
    {%- if is_incremental() %}
    where
        {{ is_one_of(
            'orders.order_id', 'select touched_orders.order_id from touched_orders'
        ) }}
    {%- endif %}
)

select * from final

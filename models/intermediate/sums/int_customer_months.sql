{{ config(unique_key='customer_key') }}

with

past_references as (
    select * from {{ ref('int_past_references') }}
    where feed in ('transactions', 'orders')
),
{% if is_incremental() %}
touched_orders as (
    select
        order_id,
        source_system,
        customer_key
    from {{ ref('fact_orders') }}
    where load_id > {{ newest_load() }}
),

-- whom an order was corrected to belong to, and whom it belonged to before
touched_customers as (
    select customer_key from touched_orders
    union
    select {{ clean_text('past_references.referred_key') }} as customer_key
    from touched_orders
    inner join past_references
        on
            touched_orders.source_system = past_references.source_system
            and substr(touched_orders.order_id, 5) = past_references.record_key
),
{% endif %}
orders as (
    -- orders without a day stay out: reconciliation lists what they hold
    select
        customer_key,
        order_date,
        sales_amount,
        {{ month_start('order_date') }} as activity_month
    from {{ ref('fact_orders') }}
    where
        is_revenue
        and not is_return_only
        and order_date is not null
        and customer_key != '{{ unknown_key() }}'
        {{- and_is_touched('touched_customers', 'customer_key') }}
),

days as (
    select
        customer_key,
        activity_month,
        order_date,
        count(*) as orders_count,
        sum(sales_amount) as sales_amount,
        row_number() over (
            partition by customer_key, activity_month
            order by order_date
        ) as place
    from orders
    group by customer_key, activity_month, order_date
),

months as (
    select
        customer_key,
        activity_month,
        min(order_date) as first_order,
        max(order_date) as last_order,
        sum(orders_count) as orders_count,
        count(*) as order_days,
        sum(sales_amount) as sales_amount,
        sum(case when place = 1 then sales_amount else 0 end) as first_day_sales
    from days
    group by customer_key, activity_month
    {%- if is_incremental() %}
    union all
    -- a customer who lost all orders stays, without any: no row would replace the old
    select
        touched_customers.customer_key,
        {{ unknown_day() }} as activity_month,
        cast(null as date) as first_order,
        cast(null as date) as last_order,
        0 as orders_count,
        0 as order_days,
        0 as sales_amount,
        0 as first_day_sales
    from touched_customers
    left join orders on touched_customers.customer_key = orders.customer_key
    where
        orders.customer_key is null
        and touched_customers.customer_key is not null
        and touched_customers.customer_key != '{{ unknown_key() }}'
    {%- endif %}
),

final as (
    select
        -- keys
        customer_key,
        activity_month,

        -- attributes
        min(activity_month) over (partition by customer_key) as cohort_month,
        first_order,
        last_order,

        -- measures
        cast(orders_count as bigint) as orders_count,
        cast(order_days as bigint) as order_days,
        cast(sales_amount as numeric(18, 2)) as sales_amount,
        cast(first_day_sales as numeric(18, 2)) as first_day_sales,

        -- audit
        {{ load_id() }} as load_id
    from months
)

select * from final

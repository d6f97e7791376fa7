-- Gold: sales.
create schema gold;

create table gold.sales_summary_daily as
with
orders_per_day as (
    select
        order_date as date,
        count(*) filter (where is_revenue) as total_orders,
        count(*) filter (where not is_revenue) as cancelled_orders,
        count(distinct customer_id) filter (where is_revenue) as unique_customers
    from curated.fact_orders
    where order_date is not null
    group by order_date
),
sales_per_day as (
    select
        order_date as date,
        sum(quantity) as units,
        sum(gross_amount) as gross,
        sum(discount_amount) as discounts,
        sum(line_total) as total_sales
    from curated.fact_order_lines
    where is_sale
    group by order_date
),
refunds_per_day as (
    select
        refund_date as date,
        sum(refund_amount) filter (where is_revenue) as refunds,
        sum(refund_amount) filter (where not is_revenue) as cancelled_refunds
    from curated.fact_refunds
    group by refund_date
),
payments_per_day as (
    select
        payment_date as date,
        sum(payment_amount) filter (where is_collected) as collected
    from curated.fact_payments
    group by payment_date
),
sales_days as (
    select date from orders_per_day
    union all
    select date from refunds_per_day
    union all
    select date from payments_per_day
)
select
    date,
    date as order_date,
    coalesce(total_orders, 0) as total_orders,
    coalesce(cancelled_orders, 0) as cancelled_orders,
    coalesce(unique_customers, 0) as unique_customers,
    coalesce(units, 0) as units,
    coalesce(gross, 0) as gross,
    coalesce(discounts, 0) as discounts,
    coalesce(total_sales, 0) as total_sales,
    coalesce(refunds, 0) as refunds,
    coalesce(total_sales, 0) - coalesce(refunds, 0) as net_sales,
    coalesce(collected, 0) as collected,
    coalesce(cancelled_refunds, 0) as cancelled_refunds
from curated.dim_timeframe
left join orders_per_day using (date)
left join sales_per_day using (date)
left join refunds_per_day using (date)
left join payments_per_day using (date)
where
    date >= (select min(date) from sales_days)
    and date <= (select max(date) from sales_days);

create table gold.top_products as
select
    product_sku,
    any_value(product_name) as product_name,
    any_value(category) as category,
    sum(line_total) as revenue,
    sum(quantity) as units,
    count(distinct order_id) as orders_count,
    row_number() over (order by revenue desc, product_sku) as revenue_rank
from curated.fact_order_lines as lines
inner join curated.dim_products using (product_key, product_sku)
where is_sale
group by product_sku;

create table gold.category_revenue as
select
    category,
    sum(line_total) as total_revenue,
    sum(quantity) as units,
    count(distinct order_id) as orders_count
from curated.fact_order_lines
inner join curated.dim_products using (product_key)
where is_sale
group by category;

create temp table refunds_per_line as
select order_line_id, sum(refund_amount) as refund_amount
from curated.fact_refunds
where is_revenue
group by order_line_id;

create table gold.product_category_performance as
select
    category,
    sub_category,
    coalesce(sum(line_total) filter (where is_sale), 0) as revenue,
    coalesce(sum(refund_amount), 0) as refunds,
    coalesce(sum(line_total) filter (where is_sale), 0)
    - coalesce(sum(refund_amount), 0) as net_revenue,
    coalesce(sum(quantity) filter (where is_sale), 0) as units,
    count(distinct order_id) filter (where is_sale) as orders_count
from curated.fact_order_lines
inner join curated.dim_products using (product_key)
left join refunds_per_line using (order_line_id)
group by category, sub_category;

create table gold.reporting_sales_wide as
with
ranked_payments as (
    select order_id, payment_method, payment_amount
    from curated.fact_payments
    where is_collected
),
payments_per_order as (
    select
        order_id,
        arg_max(payment_method, payment_amount) as payment_method,
        sum(payment_amount) as payment_amount
    from ranked_payments
    group by order_id
),
weighted as (
    select
        order_line_id,
        lines.order_id,
        lines.order_date,
        orders.customer_id,
        customer_key,
        lines.product_sku,
        product_key,
        lines.source_system,
        channel,
        status,
        ordered_at,
        payment_method,
        quantity,
        unit_price,
        gross_amount,
        discount_amount,
        line_total,
        total_amount,
        coalesce(payment_amount, 0) as payment_amount,
        coalesce(is_revenue, false) as is_revenue,
        is_sale,
        is_return,
        has_order,
        if(lines_amount = 0, 1, line_total) as weight,
        cast(if(lines_amount = 0, line_count, lines_amount) as double) as whole,
        sum(if(lines_amount = 0, 1, line_total)) over (
            partition by lines.order_id order by order_line_id
            rows between unbounded preceding and current row
        ) as running
    from curated.fact_order_lines as lines
    left join curated.fact_orders as orders using (order_id)
    left join payments_per_order using (order_id)
)
select
    order_line_id,
    order_id,
    order_date,
    weighted.customer_id,
    weighted.product_sku,
    source_system,
    channel,
    weighted.status,
    payment_method,
    dim_products.product_name,
    dim_products.category,
    dim_products.sub_category,
    dim_products.brand,
    dim_customers.first_name,
    dim_customers.last_name,
    dim_customers.city,
    dim_customers.state,
    dim_customers.customer_segment as segment,
    snap_customers.customer_segment as segment_at_order,
    quantity,
    unit_price,
    snap_products.list_price as unit_price_at_order,
    gross_amount,
    discount_amount,
    line_total,
    if(is_sale, line_total, 0) as sales_amount,
    coalesce(refund_amount, 0) as refund_amount,
    total_amount,
    cast(
        (
            floor(100 * total_amount * running / whole + 0.5)
            - floor(100 * total_amount * (running - weight) / whole + 0.5)
        ) / 100 as decimal(18, 2)
    ) as total_amount_allocated,
    payment_amount,
    cast(
        (
            floor(100 * payment_amount * running / whole + 0.5)
            - floor(100 * payment_amount * (running - weight) / whole + 0.5)
        ) / 100 as decimal(18, 2)
    ) as payment_amount_allocated,
    is_revenue,
    is_sale,
    is_return,
    has_order
from weighted
left join curated.dim_customers using (customer_key)
left join curated.dim_products using (product_key)
left join refunds_per_line using (order_line_id)
left join curated.snap_customers
    on weighted.customer_id = snap_customers.customer_id
    and coalesce(weighted.ordered_at < snap_customers.valid_to, true)
left join curated.snap_products
    on weighted.product_sku = snap_products.product_sku
    and coalesce(weighted.ordered_at < snap_products.valid_to, true);

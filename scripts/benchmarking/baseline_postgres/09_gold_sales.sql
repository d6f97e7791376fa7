-- Gold: sales.
create schema gold;

create table gold.sales_summary_daily as
with
customers_per_day as (
    select
        order_date as date,
        customer_id,
        count(*) filter (where is_revenue) as total_orders,
        count(*) filter (where not is_revenue) as cancelled_orders
    from curated.fact_orders
    where order_date is not null
    group by order_date, customer_id
),
orders_per_day as (
    select
        date,
        sum(total_orders) as total_orders,
        sum(cancelled_orders) as cancelled_orders,
        count(customer_id) filter (where total_orders > 0) as unique_customers
    from customers_per_day
    group by date
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

-- each order's products once, so that orders are counted without sorting them
create unlogged table work.refunds_per_line as
select order_line_id, sum(refund_amount) as refund_amount
from curated.fact_refunds
where is_revenue
group by order_line_id;
analyze work.refunds_per_line;

create unlogged table work.order_products as
select
    order_id,
    product_key,
    product_sku,
    sum(line_total) filter (where is_sale) as revenue,
    sum(quantity) filter (where is_sale) as units,
    sum(refund_amount) as refunds,
    bool_or(is_sale) as is_sold
from curated.fact_order_lines
left join work.refunds_per_line using (order_line_id)
group by order_id, product_key, product_sku;
analyze work.order_products;

create table gold.top_products as
select
    product_sku,
    product_name,
    category,
    sum(revenue) as revenue,
    sum(units) as units,
    count(*) as orders_count,
    row_number() over (order by sum(revenue) desc, product_sku collate "C")
        as revenue_rank
from work.order_products
inner join curated.dim_products using (product_key, product_sku)
where is_sold
group by product_sku, product_name, category;

create table gold.category_revenue as
with
categories_per_order as (
    select order_id, category, sum(revenue) as revenue, sum(units) as units
    from work.order_products
    inner join curated.dim_products using (product_key)
    where is_sold
    group by order_id, category
)
select
    category,
    sum(revenue) as total_revenue,
    sum(units) as units,
    count(*) as orders_count
from categories_per_order
group by category;

create table gold.product_category_performance as
with
categories_per_order as (
    select
        order_id,
        category,
        sub_category,
        sum(revenue) as revenue,
        sum(refunds) as refunds,
        sum(units) as units,
        bool_or(is_sold) as is_sold
    from work.order_products
    inner join curated.dim_products using (product_key)
    group by order_id, category, sub_category
)
select
    category,
    sub_category,
    coalesce(sum(revenue), 0) as revenue,
    coalesce(sum(refunds), 0) as refunds,
    coalesce(sum(revenue), 0) - coalesce(sum(refunds), 0) as net_revenue,
    coalesce(sum(units), 0) as units,
    count(*) filter (where is_sold) as orders_count
from categories_per_order
group by category, sub_category;

create table gold.reporting_sales_wide as
with
payments_per_order as (
    select
        order_id,
        (array_agg(payment_method order by payment_amount desc))[1] as payment_method,
        sum(payment_amount) as payment_amount
    from curated.fact_payments
    where is_collected
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
        cast(total_amount as double precision) as total_double,
        coalesce(payment_amount, 0) as payment_amount,
        cast(coalesce(payment_amount, 0) as double precision) as payment_double,
        coalesce(is_revenue, false) as is_revenue,
        is_sale,
        is_return,
        has_order,
        cast(
            case when lines_amount = 0 then line_count else lines_amount end
            as double precision
        ) as whole,
        cast(
            sum(case when lines_amount = 0 then 1 else line_total end) over (
                partition by lines.order_id order by order_line_id collate "C"
                rows between unbounded preceding and current row
            ) as double precision
        ) as running,
        coalesce(
            cast(
                sum(case when lines_amount = 0 then 1 else line_total end) over (
                    partition by lines.order_id order by order_line_id collate "C"
                    rows between unbounded preceding and 1 preceding
                ) as double precision
            ), 0
        ) as running_before
    from curated.fact_order_lines as lines
    left join curated.fact_orders as orders on lines.order_id = orders.order_id
    left join payments_per_order on lines.order_id = payments_per_order.order_id
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
    case when is_sale then line_total else 0 end as sales_amount,
    coalesce(refund_amount, 0) as refund_amount,
    total_amount,
    cast(
        (
            floor(100 * total_double * running / whole + 0.5)
            - floor(100 * total_double * running_before / whole + 0.5)
        ) / 100 as numeric(18, 2)
    ) as total_amount_allocated,
    payment_amount,
    cast(
        (
            floor(100 * payment_double * running / whole + 0.5)
            - floor(100 * payment_double * running_before / whole + 0.5)
        ) / 100 as numeric(18, 2)
    ) as payment_amount_allocated,
    is_revenue,
    is_sale,
    is_return,
    has_order
from weighted
left join curated.dim_customers using (customer_key)
left join curated.dim_products using (product_key)
left join work.refunds_per_line using (order_line_id)
left join curated.snap_customers
    on weighted.customer_id = snap_customers.customer_id
    and coalesce(weighted.ordered_at < snap_customers.valid_to, true)
left join curated.snap_products
    on weighted.product_sku = snap_products.product_sku
    and coalesce(weighted.ordered_at < snap_products.valid_to, true);

-- Gold: customers.
create unlogged table work.sales_per_order as
select
    orders.order_id,
    customer_key,
    orders.order_date,
    coalesce(sum(line_total), 0) as sales_amount
from curated.fact_orders as orders
left join curated.fact_order_lines as lines
    on orders.order_id = lines.order_id and is_sale
where is_revenue and orders.order_date is not null
group by orders.order_id, customer_key, orders.order_date;
analyze work.sales_per_order;

create unlogged table work.orders_per_customer as
select
    customer_key,
    min(order_date) as first_order,
    max(order_date) as last_order,
    count(*) as orders_count,
    sum(sales_amount) as total_spend
from work.sales_per_order
group by customer_key;
analyze work.orders_per_customer;

create table gold.top_customers as
select
    customer_id,
    first_name,
    last_name,
    total_spend as total_spent,
    orders_count as num_orders,
    row_number() over (order by total_spend desc, customer_id collate "C") as spend_rank
from work.orders_per_customer
inner join curated.dim_customers using (customer_key)
where not is_unknown;

create table gold.customer_cohorts as
with
first_months as (
    select
        customer_key,
        cast(date_trunc('month', first_order) as date) as cohort_month,
        count(*) over (partition by date_trunc('month', first_order))
            as cohort_customers
    from work.orders_per_customer
    where customer_key != '-1'
),
active_months as (
    select
        customer_key,
        cast(date_trunc('month', order_date) as date) as activity_month,
        count(*) as orders_count,
        sum(sales_amount) as revenue
    from work.sales_per_order
    group by customer_key, date_trunc('month', order_date)
)
select
    cohort_month,
    activity_month,
    12 * (extract(year from activity_month) - extract(year from cohort_month))
    + extract(month from activity_month) - extract(month from cohort_month)
        as months_since_first,
    cohort_customers,
    count(*) as active_customers,
    cast(count(*) as double precision) / cohort_customers as retention_share,
    sum(orders_count) as orders_count,
    sum(revenue) as revenue
from active_months
inner join first_months using (customer_key)
group by cohort_month, activity_month, cohort_customers;

create table gold.reporting_customer_stats as
with
refunds_per_customer as (
    select customer_key, sum(refund_amount) as refunds
    from curated.fact_refunds
    inner join curated.fact_orders using (order_id)
    where fact_refunds.is_revenue
    group by customer_key
),
buyers as (
    select
        *,
        (select max(order_date) from curated.fact_orders) - last_order as recency,
        cast(last_order - first_order as double precision)
        / nullif(orders_count - 1, 0) as mean_gap_days
    from work.orders_per_customer
    where customer_key != '-1'
),
scored as (
    select
        *,
        1 + 5 * (rank() over (order by recency desc) - 1) / count(*) over ()
            as recency_score,
        1 + 5 * (rank() over (order by orders_count) - 1) / count(*) over ()
            as frequency_score,
        1 + 5 * (rank() over (order by total_spend) - 1) / count(*) over ()
            as monetary_score
    from buyers
)
select
    customer_id,
    first_name,
    last_name,
    email_hash,
    age_band,
    customer_segment as segment,
    case
        when recency_score is null then 'No orders'
        when recency_score >= 4 and frequency_score >= 4 then 'Champions'
        when recency_score >= 3 and frequency_score >= 3 then 'Loyal'
        when recency_score >= 4 then 'Recent'
        when recency_score = 3 then 'Needs attention'
        when frequency_score >= 4 then 'Cannot lose'
        when frequency_score = 3 then 'At risk'
        else 'Hibernating'
    end as rfm_segment,
    case
        when last_order is null then 'NO ORDERS'
        when recency <= 30 or recency <= 2 * mean_gap_days then 'LOW'
        when recency <= 90 or recency <= 4 * mean_gap_days then 'MEDIUM'
        else 'HIGH'
    end as churn_risk,
    first_order,
    last_order,
    coalesce(total_spend, 0) as total_spend,
    coalesce(refunds, 0) as refunds,
    coalesce(orders_count, 0) as orders_count,
    recency,
    coalesce(orders_count, 0) as frequency,
    coalesce(total_spend, 0) as monetary,
    recency_score,
    frequency_score,
    monetary_score,
    last_order is not null as has_orders
from curated.dim_customers
left join scored using (customer_key)
left join refunds_per_customer using (customer_key)
where not is_unknown;

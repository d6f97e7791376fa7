-- Curated: facts, and the calendar that spans them.
create view work.lines as
select
    'POS-' || sale_id as order_line_id,
    'POS-' || transaction_id as order_id,
    'POS' as source_system,
    product_sku,
    quantity,
    unit_price,
    cast(round(quantity * unit_price, 2) as numeric(18, 2)) as gross_amount,
    cast(0 as numeric(18, 2)) as discount_amount,
    line_total as reported_line_total,
    batch_id
from staging.sales
union all
select
    'WEB-' || order_line_id,
    'WEB-' || order_id,
    'WEB',
    product_sku,
    quantity,
    unit_price,
    cast(round(quantity * unit_price, 2) as numeric(18, 2)),
    discount_amount,
    null,
    batch_id
from staging.order_lines;

create table curated.fact_orders as
with
headers as (
    select
        'POS-' || transaction_id as order_id,
        'POS' as source_system,
        customer_id,
        day_start as ordered_at,
        channel,
        'DELIVERED' as status,
        transaction_amount as total_amount,
        transactions.batch_id
    from staging.transactions
    left join staging.timeframe using (time_id)
    union all
    select
        'WEB-' || order_id, 'WEB', customer_id, ordered_at, channel, status,
        total_amount, batch_id
    from staging.orders
),
lines_per_order as (
    select
        order_id,
        cast(sum(gross_amount - discount_amount) as numeric(18, 2)) as lines_amount,
        count(*) as line_count
    from work.lines
    group by order_id
)
select
    headers.order_id,
    headers.customer_id,
    coalesce(customer_key, '-1') as customer_key,
    headers.source_system,
    channel,
    status,
    total_amount,
    coalesce(lines_amount, 0) as lines_amount,
    total_amount - coalesce(lines_amount, 0) as amount_gap,
    coalesce(line_count, 0) as line_count,
    status != 'CANCELLED' as is_revenue,
    headers.customer_id is null as is_guest,
    headers.customer_id is not null and customer_key is null as is_unknown_customer,
    cast(ordered_at as date) as order_date,
    ordered_at,
    batch_id
from headers
left join lines_per_order using (order_id)
left join curated.dim_customers on headers.customer_id = dim_customers.customer_key;
analyze curated.fact_orders;

create table curated.fact_order_lines as
select
    lines.order_line_id,
    lines.order_id,
    lines.product_sku,
    coalesce(product_key, '-1') as product_key,
    lines.source_system,
    quantity,
    unit_price,
    gross_amount,
    discount_amount,
    gross_amount - discount_amount as line_total,
    reported_line_total,
    reported_line_total - (gross_amount - discount_amount) as line_total_gap,
    quantity < 0 as is_return,
    quantity > 0 and coalesce(is_revenue, false) as is_sale,
    fact_orders.order_id is not null as has_order,
    product_key is null as is_unknown_product,
    order_date,
    lines.batch_id
from work.lines as lines
left join curated.fact_orders on lines.order_id = fact_orders.order_id
left join curated.dim_products on lines.product_sku = dim_products.product_key;
analyze curated.fact_order_lines;

create table curated.fact_payments as
with
payments as (
    select
        'POS-' || transaction_id as payment_id,
        'POS-' || transaction_id as order_id,
        'POS' as source_system,
        payment_type as payment_method,
        'SUCCESS' as payment_status,
        transaction_amount as payment_amount,
        day_start as paid_at,
        transactions.batch_id
    from staging.transactions
    left join staging.timeframe using (time_id)
    union all
    select
        'WEB-' || payment_id, 'WEB-' || order_id, 'WEB', payment_method,
        payment_status, payment_amount, paid_at, batch_id
    from staging.payments
)
select
    payments.*,
    payment_status = 'SUCCESS' as is_collected,
    fact_orders.order_id is not null as has_order,
    cast(paid_at as date) as payment_date
from payments
left join curated.fact_orders on payments.order_id = fact_orders.order_id;
analyze curated.fact_payments;

create table curated.fact_refunds as
with
refunds as (
    select
        order_line_id as refund_id,
        order_line_id,
        source_system,
        cast(null as timestamp) as refunded_at,
        -quantity as quantity,
        -line_total as refund_amount,
        'till return' as reason,
        batch_id
    from curated.fact_order_lines
    where source_system = 'POS' and quantity < 0
    union all
    select
        'WEB-' || refund_id, 'WEB-' || order_line_id, 'WEB', refunded_at,
        quantity, refund_amount, reason, batch_id
    from staging.refunds
)
select
    refunds.refund_id,
    refunds.order_line_id,
    order_lines.order_id,
    refunds.source_system,
    refunds.reason,
    refunds.quantity,
    refunds.refund_amount,
    coalesce(is_revenue, true) as is_revenue,
    order_lines.order_line_id is not null as has_order_line,
    coalesce(cast(refunded_at as date), order_lines.order_date) as refund_date,
    refunds.batch_id
from refunds
left join curated.fact_order_lines as order_lines
    on refunds.order_line_id = order_lines.order_line_id
left join curated.fact_orders on order_lines.order_id = fact_orders.order_id;
analyze curated.fact_refunds;

create table curated.fact_bandit_impressions as
select
    transaction_id as impression_id,
    shows.customer_id,
    coalesce(customer_key, '-1') as customer_key,
    shows.project_id,
    shows.bandit_id,
    propensity,
    position,
    is_clicked,
    dim_bandits.bandit_id is null as is_unknown_bandit,
    shows.customer_id is not null and customer_key is null as is_unknown_customer,
    cast(shown_at as date) as shown_date,
    shown_at,
    batch_id
from staging.bandit_transactions as shows
left join curated.dim_bandits
    on shows.bandit_id = dim_bandits.bandit_id
    and shows.project_id = dim_bandits.project_id
left join curated.dim_customers on shows.customer_id = dim_customers.customer_key;
analyze curated.fact_bandit_impressions;

create table curated.dim_timeframe as
with
events as (
    select cast(min(ordered_at) as date) as first, cast(max(ordered_at) as date) as last
    from curated.fact_orders
    union all
    select cast(min(paid_at) as date), cast(max(paid_at) as date)
    from curated.fact_payments
    union all
    select min(refund_date), max(refund_date) from curated.fact_refunds
    union all
    select cast(min(shown_at) as date), cast(max(shown_at) as date)
    from curated.fact_bandit_impressions
),
span as (select min(first) as first_date, max(last) as last_date from events),
days as (
    select cast(day as date) as date
    from span, generate_series(first_date, last_date, interval '1 day') as day
)
select
    to_char(date, 'YYYYMMDD') as time_id,
    date,
    extract(day from date) as day,
    extract(month from date) as month,
    extract(year from date) as year,
    extract(quarter from date) as quarter,
    extract(week from date) as iso_week,
    extract(isodow from date) as day_of_week,
    extract(isodow from date) >= 6 as is_weekend,
    to_char(date, 'MM-DD') in ('01-01', '05-01', '12-25', '12-26') as is_holiday,
    to_char(date, 'MM-DD') between '01-02' and '01-15'
    or to_char(date, 'MM-DD') between '05-20' and '05-31'
    or to_char(date, 'MM-DD') between '07-01' and '07-14'
    or to_char(date, 'MM-DD') between '11-24' and '12-01' as is_promo
from days;
analyze curated.dim_timeframe;

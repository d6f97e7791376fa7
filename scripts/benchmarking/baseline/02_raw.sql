-- Raw: every delivered row once, with its fingerprint, key and batch. Repeats of a row
-- are looked for only among the keys that come more than once.
create schema raw;

create macro keys_met_again(feed) as table
select record_key from query_table(feed)
where record_key is not null
group by record_key having count(*) > 1;

create macro once_each(feed, repeated_keys) as table
select * from query_table(feed)
where record_key not in (from query_table(repeated_keys))
union all
(
    select distinct on (row_hash) * from query_table(feed)
    where record_key is null or record_key in (from query_table(repeated_keys))
);

create temp view delivered_customers as
select
    trim(customer_id) as record_key,
    md5(concat_ws('|',
        coalesce(customer_id, '~'), coalesce(first_name, '~'), coalesce(last_name,
        '~'), coalesce(gender, '~'), coalesce(age, '~'), coalesce(dob, '~'),
        coalesce(email, '~'), coalesce(phone, '~'), coalesce(city, '~'),
        coalesce(state, '~'), coalesce(country, '~'), coalesce(income_level, '~'),
        coalesce(shopping_preference, '~'), coalesce(customer_segment, '~'),
        coalesce(updated_at, '~')
    )) as row_hash,
    *, 1 as batch_id, 'POS' as source_system, cast(now() as timestamp) as loaded_at
from landing.customers;
create temp table repeated_customers as
from keys_met_again('delivered_customers');
create table raw.customers as
from once_each('delivered_customers', 'repeated_customers');

create temp view delivered_products as
select
    trim(product_sku) as record_key,
    md5(concat_ws('|',
        coalesce(product_sku, '~'), coalesce(product_name, '~'), coalesce(category,
        '~'), coalesce(sub_category, '~'), coalesce(brand, '~'), coalesce(price,
        '~'), coalesce(status, '~'), coalesce(updated_at, '~')
    )) as row_hash,
    *, 1 as batch_id, 'POS' as source_system, cast(now() as timestamp) as loaded_at
from landing.products;
create temp table repeated_products as
from keys_met_again('delivered_products');
create table raw.products as
from once_each('delivered_products', 'repeated_products');

create temp view delivered_timeframe as
select
    trim(time_id) as record_key,
    md5(concat_ws('|',
        coalesce(time_id, '~'), coalesce(date, '~'), coalesce(day, '~'),
        coalesce(month, '~'), coalesce(year, '~')
    )) as row_hash,
    *, 1 as batch_id, 'POS' as source_system, cast(now() as timestamp) as loaded_at
from landing.timeframe;
create temp table repeated_timeframe as
from keys_met_again('delivered_timeframe');
create table raw.timeframe as
from once_each('delivered_timeframe', 'repeated_timeframe');

create temp view delivered_transactions as
select
    trim(transaction_id) as record_key,
    md5(concat_ws('|',
        coalesce(transaction_id, '~'), coalesce(customer_id, '~'), coalesce(time_id,
        '~'), coalesce(transaction_amount, '~'), coalesce(channel, '~'),
        coalesce(payment_type, '~')
    )) as row_hash,
    *, 1 as batch_id, 'POS' as source_system, cast(now() as timestamp) as loaded_at
from landing.transactions;
create temp table repeated_transactions as
from keys_met_again('delivered_transactions');
create table raw.transactions as
from once_each('delivered_transactions', 'repeated_transactions');

create temp view delivered_sales as
select
    trim(sale_id) as record_key,
    md5(concat_ws('|',
        coalesce(sale_id, '~'), coalesce(transaction_id, '~'), coalesce(product_sku,
        '~'), coalesce(quantity, '~'), coalesce(unit_price, '~'),
        coalesce(line_total, '~')
    )) as row_hash,
    *, 1 as batch_id, 'POS' as source_system, cast(now() as timestamp) as loaded_at
from landing.sales;
create temp table repeated_sales as
from keys_met_again('delivered_sales');
create table raw.sales as
from once_each('delivered_sales', 'repeated_sales');

create temp view delivered_orders as
select
    trim(order_id) as record_key,
    md5(concat_ws('|',
        coalesce(order_id, '~'), coalesce(customer_id, '~'), coalesce(order_date,
        '~'), coalesce(channel, '~'), coalesce(total_amount, '~'), coalesce(status,
        '~'), coalesce(updated_at, '~')
    )) as row_hash,
    *, 1 as batch_id, 'WEB' as source_system, cast(now() as timestamp) as loaded_at
from landing.orders;
create temp table repeated_orders as
from keys_met_again('delivered_orders');
create table raw.orders as
from once_each('delivered_orders', 'repeated_orders');

create temp view delivered_order_lines as
select
    trim(order_line_id) as record_key,
    md5(concat_ws('|',
        coalesce(order_line_id, '~'), coalesce(order_id, '~'), coalesce(product_sku,
        '~'), coalesce(quantity, '~'), coalesce(unit_price, '~'),
        coalesce(discount_amount, '~')
    )) as row_hash,
    *, 1 as batch_id, 'WEB' as source_system, cast(now() as timestamp) as loaded_at
from landing.order_lines;
create temp table repeated_order_lines as
from keys_met_again('delivered_order_lines');
create table raw.order_lines as
from once_each('delivered_order_lines', 'repeated_order_lines');

create temp view delivered_payments as
select
    trim(payment_id) as record_key,
    md5(concat_ws('|',
        coalesce(payment_id, '~'), coalesce(order_id, '~'), coalesce(payment_date,
        '~'), coalesce(payment_method, '~'), coalesce(payment_status, '~'),
        coalesce(payment_amount, '~')
    )) as row_hash,
    *, 1 as batch_id, 'WEB' as source_system, cast(now() as timestamp) as loaded_at
from landing.payments;
create temp table repeated_payments as
from keys_met_again('delivered_payments');
create table raw.payments as
from once_each('delivered_payments', 'repeated_payments');

create temp view delivered_refunds as
select
    trim(refund_id) as record_key,
    md5(concat_ws('|',
        coalesce(refund_id, '~'), coalesce(order_line_id, '~'),
        coalesce(refund_date, '~'), coalesce(quantity, '~'), coalesce(refund_amount,
        '~'), coalesce(reason, '~')
    )) as row_hash,
    *, 1 as batch_id, 'WEB' as source_system, cast(now() as timestamp) as loaded_at
from landing.refunds;
create temp table repeated_refunds as
from keys_met_again('delivered_refunds');
create table raw.refunds as
from once_each('delivered_refunds', 'repeated_refunds');

create temp view delivered_users as
select
    trim(customer_id) as record_key,
    md5(concat_ws('|',
        coalesce(customer_id, '~'), coalesce(email, '~'), coalesce(name, '~')
    )) as row_hash,
    *, 1 as batch_id, 'DEALS' as source_system, cast(now() as timestamp) as loaded_at
from landing.users;
create temp table repeated_users as
from keys_met_again('delivered_users');
create table raw.users as
from once_each('delivered_users', 'repeated_users');

create temp view delivered_projects as
select
    trim(project_id) as record_key,
    md5(concat_ws('|',
        coalesce(project_id, '~'), coalesce(project_name, '~'),
        coalesce(project_description, '~'), coalesce(number_of_bandits, '~')
    )) as row_hash,
    *, 1 as batch_id, 'DEALS' as source_system, cast(now() as timestamp) as loaded_at
from landing.projects;
create temp table repeated_projects as
from keys_met_again('delivered_projects');
create table raw.projects as
from once_each('delivered_projects', 'repeated_projects');

create temp view delivered_bandits as
select
    trim(bandit_id) as record_key,
    md5(concat_ws('|',
        coalesce(bandit_id, '~'), coalesce(project_id, '~'), coalesce(bandit_name,
        '~'), coalesce(alpha, '~'), coalesce(beta, '~'), coalesce(n, '~'),
        coalesce(number_of_success, '~'), coalesce(number_of_failures, '~')
    )) as row_hash,
    *, 1 as batch_id, 'DEALS' as source_system, cast(now() as timestamp) as loaded_at
from landing.bandits;
create temp table repeated_bandits as
from keys_met_again('delivered_bandits');
create table raw.bandits as
from once_each('delivered_bandits', 'repeated_bandits');

create temp view delivered_bandit_transactions as
select
    trim(transaction_id) as record_key,
    md5(concat_ws('|',
        coalesce(transaction_id, '~'), coalesce(customer_id, '~'),
        coalesce(project_id, '~'), coalesce(bandit_id, '~'), coalesce(timestamp,
        '~'), coalesce(clicked, '~'), coalesce(propensity, '~'), coalesce(position,
        '~')
    )) as row_hash,
    *, 1 as batch_id, 'DEALS' as source_system, cast(now() as timestamp) as loaded_at
from landing.bandit_transactions;
create temp table repeated_bandit_transactions as
from keys_met_again('delivered_bandit_transactions');
create table raw.bandit_transactions as
from once_each('delivered_bandit_transactions', 'repeated_bandit_transactions');

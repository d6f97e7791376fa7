-- Tables for the delivered files as they come; COPY fills them.
create schema landing;

create table landing.customers (
    customer_id text, first_name text, last_name text, gender text, age text, dob text,
    email text, phone text, city text, state text, country text, income_level text,
    shopping_preference text, customer_segment text, updated_at text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'customers.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.products (
    product_sku text, product_name text, category text, sub_category text, brand text,
    price text, status text, updated_at text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'products.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.timeframe (
    time_id text, date text, day text, month text, year text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'timeframe.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.transactions (
    transaction_id text, customer_id text, time_id text, transaction_amount text,
    channel text, payment_type text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'transactions.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.sales (
    sale_id text, transaction_id text, product_sku text, quantity text, unit_price text,
    line_total text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'sales.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.orders (
    order_id text, customer_id text, order_date text, channel text, total_amount text,
    status text, updated_at text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'orders.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.order_lines (
    order_line_id text, order_id text, product_sku text, quantity text, unit_price text,
    discount_amount text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'order_lines.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.payments (
    payment_id text, order_id text, payment_date text, payment_method text,
    payment_status text, payment_amount text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'payments.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.refunds (
    refund_id text, order_line_id text, refund_date text, quantity text,
    refund_amount text, reason text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'refunds.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.users (
    customer_id text, email text, name text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'users.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.projects (
    project_id text, project_name text, project_description text,
    number_of_bandits text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'projects.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.bandits (
    bandit_id text, project_id text, bandit_name text, alpha text, beta text, n text,
    number_of_success text, number_of_failures text, prior_alpha text,
    prior_beta text, product_sku text, rule_id text, retired_at text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'bandits.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

create table landing.bandit_transactions (
    transaction_id text, customer_id text, project_id text, bandit_id text,
    timestamp text, clicked text, propensity text, position text,
    file_row_number bigint, delivery_id integer default 1,
    source_filename text default 'bandit_transactions.parquet',
    line_number bigint generated always as (file_row_number + 1) stored
);

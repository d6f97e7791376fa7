-- The delivered files as text tables, as they came.
create schema landing;

create macro delivered(feed) as
    getvariable('delivery') || '/' || feed || '.parquet';

create table landing.customers as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'customers.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('customers'), file_row_number = true);

create table landing.products as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'products.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('products'), file_row_number = true);

create table landing.timeframe as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'timeframe.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('timeframe'), file_row_number = true);

create table landing.transactions as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'transactions.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('transactions'), file_row_number = true);

create table landing.sales as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'sales.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('sales'), file_row_number = true);

create table landing.orders as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'orders.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('orders'), file_row_number = true);

create table landing.order_lines as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'order_lines.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('order_lines'), file_row_number = true);

create table landing.payments as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'payments.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('payments'), file_row_number = true);

create table landing.refunds as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'refunds.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('refunds'), file_row_number = true);

create table landing.users as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'users.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('users'), file_row_number = true);

create table landing.projects as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'projects.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('projects'), file_row_number = true);

create table landing.bandits as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'bandits.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('bandits'), file_row_number = true);

create table landing.bandit_transactions as
select
    * exclude (file_row_number),
    1 as delivery_id,
    'bandit_transactions.parquet' as source_filename,
    file_row_number + 1 as line_number
from read_parquet(delivered('bandit_transactions'), file_row_number = true);

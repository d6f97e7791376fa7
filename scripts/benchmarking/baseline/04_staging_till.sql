-- Staging of the till.
create temp view typed_customers as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(customer_id) as customer_id,
    cleaned(first_name) as first_name,
    cleaned(last_name) as last_name,
    cleaned(gender) as gender,
    try_cast(age as integer) as age,
    try_cast(dob as date) as date_of_birth,
    cleaned(email) as email,
    cleaned(phone) as phone,
    cleaned(city) as city,
    cleaned(state) as state,
    cleaned(country) as country,
    cleaned(income_level) as income_level,
    cleaned(shopping_preference) as shopping_preference,
    cleaned(customer_segment) as customer_segment,
    try_cast(updated_at as timestamp) as updated_at,
    coalesce(try_cast(updated_at as timestamp), loaded_at) as effective_at,
    try_cast(updated_at as timestamp) as version_at,
    case when cleaned(customer_id) is null then 'null_key' end as rule,
    to_json(customers) as payload
from raw.customers;
create table staging.customers as from usable('typed_customers', 'repeated_customers');
insert into audit.rejected_rows
from rejected('customers', 'typed_customers', 'repeated_customers');

create temp view typed_products as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(product_sku) as product_sku,
    cleaned(product_name) as product_name,
    cleaned(category) as category,
    cleaned(sub_category) as sub_category,
    cleaned(brand) as brand,
    try_cast(price as decimal(18, 4)) as list_price,
    upper(cleaned(status)) as status,
    try_cast(updated_at as timestamp) as updated_at,
    coalesce(try_cast(updated_at as timestamp), loaded_at) as effective_at,
    try_cast(updated_at as timestamp) as version_at,
    case
        when cleaned(product_sku) is null then 'null_key'
        when cleaned(price) is not null and try_cast(price as decimal(18, 4)) is null
            then 'unparsable_amount'
        when try_cast(price as decimal(18, 4)) < 0 then 'negative_price'
    end as rule,
    to_json(products) as payload
from raw.products;
create table staging.products as from usable('typed_products', 'repeated_products');
insert into audit.rejected_rows
from rejected('products', 'typed_products', 'repeated_products');

create temp view typed_timeframe as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(time_id) as time_id,
    try_cast(date as timestamp) as day_start,
    null as version_at,
    case
        when cleaned(time_id) is null then 'null_key'
        when try_cast(date as timestamp) is null then 'unparsable_date'
        when is_no_day(try_cast(date as timestamp)) then 'impossible_date'
    end as rule,
    to_json(timeframe) as payload
from raw.timeframe;
create table staging.timeframe as from usable('typed_timeframe', 'repeated_timeframe');
insert into audit.rejected_rows
from rejected('timeframe', 'typed_timeframe', 'repeated_timeframe');

create temp view typed_transactions as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(transaction_id) as transaction_id,
    cleaned(customer_id) as customer_id,
    cleaned(time_id) as time_id,
    try_cast(transaction_amount as decimal(18, 2)) as transaction_amount,
    channel(channel, 'STORE') as channel,
    upper(cleaned(payment_type)) as payment_type,
    null as version_at,
    case
        when cleaned(transaction_id) is null then 'null_key'
        when cleaned(time_id) is null then 'missing_reference'
        when try_cast(transaction_amount as decimal(18, 2)) is null
            then 'unparsable_amount'
    end as rule,
    to_json(transactions) as payload
from raw.transactions;
create table staging.transactions as
from usable('typed_transactions', 'repeated_transactions');
insert into audit.rejected_rows
from rejected('transactions', 'typed_transactions', 'repeated_transactions');

create temp view typed_sales as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(sale_id) as sale_id,
    cleaned(transaction_id) as transaction_id,
    cleaned(product_sku) as product_sku,
    try_cast(quantity as integer) as quantity,
    try_cast(unit_price as decimal(18, 4)) as unit_price,
    try_cast(line_total as decimal(18, 2)) as line_total,
    null as version_at,
    case
        when cleaned(sale_id) is null then 'null_key'
        when cleaned(transaction_id) is null or cleaned(product_sku) is null
            then 'missing_reference'
        when try_cast(quantity as integer) is null then 'unparsable_quantity'
        when try_cast(quantity as integer) = 0 then 'zero_quantity'
        when try_cast(unit_price as decimal(18, 4)) is null
            or (
                cleaned(line_total) is not null
                and try_cast(line_total as decimal(18, 2)) is null
            )
            then 'unparsable_amount'
        when try_cast(unit_price as decimal(18, 4)) < 0 then 'negative_price'
    end as rule,
    to_json(sales) as payload
from raw.sales;
create table staging.sales as from usable('typed_sales', 'repeated_sales');
insert into audit.rejected_rows
from rejected('sales', 'typed_sales', 'repeated_sales');

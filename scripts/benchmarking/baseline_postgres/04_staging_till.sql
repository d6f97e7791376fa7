-- Staging of the till.
create unlogged table work.typed_customers as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    cleaned(customer_id) as customer_id,
    cleaned(first_name) as first_name,
    cleaned(last_name) as last_name,
    cleaned(gender) as gender,
    as_integer(age) as age,
    cast(as_instant(dob) as date) as date_of_birth,
    cleaned(email) as email,
    cleaned(phone) as phone,
    cleaned(city) as city,
    cleaned(state) as state,
    cleaned(country) as country,
    cleaned(income_level) as income_level,
    cleaned(shopping_preference) as shopping_preference,
    cleaned(customer_segment) as customer_segment,
    as_instant(updated_at) as updated_at,
    coalesce(as_instant(updated_at), loaded_at) as effective_at,
    as_instant(updated_at) as version_at,
    case when cleaned(customer_id) is null then 'null_key' end as rule
from raw.customers;
call work.part('customers');

-- what is read several times is parsed once: offset 0 keeps the steps apart
create unlogged table work.typed_products as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    product_sku,
    product_name,
    category,
    sub_category,
    brand,
    cast(list_price as numeric(18, 4)) as list_price,
    status,
    updated_at,
    coalesce(updated_at, loaded_at) as effective_at,
    updated_at as version_at,
    case
        when product_sku is null then 'null_key'
        when price_text is not null and list_price is null then 'unparsable_amount'
        when list_price < 0 then 'negative_price'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(product_sku) as product_sku,
        cleaned(product_name) as product_name,
        cleaned(category) as category,
        cleaned(sub_category) as sub_category,
        cleaned(brand) as brand,
        cleaned(price) as price_text,
        as_decimal(price) as list_price,
        upper(cleaned(status)) as status,
        as_instant(updated_at) as updated_at
    from raw.products offset 0
) as parsed;
call work.part('products');

create unlogged table work.typed_timeframe as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    cleaned(time_id) as time_id,
    as_instant(date) as day_start,
    cast(null as timestamp) as version_at,
    case
        when cleaned(time_id) is null then 'null_key'
        when as_instant(date) is null then 'unparsable_date'
        when is_no_day(as_instant(date)) then 'impossible_date'
    end as rule
from raw.timeframe;
call work.part('timeframe');

create unlogged table work.typed_transactions as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    transaction_id,
    customer_id,
    time_id,
    cast(transaction_amount as numeric(18, 2)) as transaction_amount,
    channel,
    payment_type,
    cast(null as timestamp) as version_at,
    case
        when transaction_id is null then 'null_key'
        when time_id is null then 'missing_reference'
        when transaction_amount is null then 'unparsable_amount'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(transaction_id) as transaction_id,
        cleaned(customer_id) as customer_id,
        cleaned(time_id) as time_id,
        as_decimal(transaction_amount) as transaction_amount,
        as_channel(channel, 'STORE') as channel,
        upper(cleaned(payment_type)) as payment_type
    from raw.transactions offset 0
) as parsed;
call work.part('transactions');

create unlogged table work.typed_sales as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    sale_id,
    transaction_id,
    product_sku,
    quantity,
    cast(unit_price as numeric(18, 4)) as unit_price,
    cast(line_total as numeric(18, 2)) as line_total,
    cast(null as timestamp) as version_at,
    case
        when sale_id is null then 'null_key'
        when transaction_id is null or product_sku is null then 'missing_reference'
        when quantity is null then 'unparsable_quantity'
        when quantity = 0 then 'zero_quantity'
        when unit_price is null or (line_total_text is not null and line_total is null)
            then 'unparsable_amount'
        when unit_price < 0 then 'negative_price'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(sale_id) as sale_id,
        cleaned(transaction_id) as transaction_id,
        cleaned(product_sku) as product_sku,
        as_integer(quantity) as quantity,
        as_decimal(unit_price) as unit_price,
        cleaned(line_total) as line_total_text,
        as_decimal(line_total) as line_total
    from raw.sales offset 0
) as parsed;
call work.part('sales');

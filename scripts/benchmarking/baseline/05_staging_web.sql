-- Staging of the web shop.
create macro order_status(txt) as
    case
        when upper(trim(txt)) in ('PENDING', 'NEW', 'CREATED', 'OPEN') then 'PENDING'
        when upper(trim(txt)) in ('PAID', 'CONFIRMED') then 'PAID'
        when upper(trim(txt)) in ('SHIPPED', 'DISPATCHED') then 'SHIPPED'
        when upper(trim(txt)) in ('DELIVERED', 'COMPLETED', 'CLOSED') then 'DELIVERED'
        when upper(trim(txt)) in ('CANCELLED', 'CANCELED', 'VOID') then 'CANCELLED'
        else 'UNKNOWN'
    end;
create macro payment_status(txt) as
    case
        when upper(trim(txt)) in ('SUCCESS', 'SUCCEEDED', 'PAID', 'SETTLED')
            then 'SUCCESS'
        when upper(trim(txt)) in ('FAILED', 'DECLINED', 'CANCELLED') then 'FAILED'
        when upper(trim(txt)) in ('PENDING', 'PROCESSING', 'AUTHORIZED')
            then 'PENDING'
        else 'UNKNOWN'
    end;

create temp view typed_orders as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(order_id) as order_id,
    cleaned(customer_id) as customer_id,
    try_cast(order_date as timestamp) as ordered_at,
    channel(channel, 'WEB') as channel,
    order_status(status) as status,
    try_cast(total_amount as decimal(18, 2)) as total_amount,
    try_cast(updated_at as timestamp) as updated_at,
    try_cast(updated_at as timestamp) as version_at,
    case
        when cleaned(order_id) is null then 'null_key'
        when try_cast(total_amount as decimal(18, 2)) is null then 'unparsable_amount'
        when try_cast(order_date as timestamp) is null then 'unparsable_date'
        when is_no_day(try_cast(order_date as timestamp)) then 'impossible_date'
    end as rule,
    to_json(orders) as payload
from raw.orders;
create table staging.orders as from usable('typed_orders', 'repeated_orders');
insert into audit.rejected_rows
from rejected('orders', 'typed_orders', 'repeated_orders');

create temp view typed_order_lines as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(order_line_id) as order_line_id,
    cleaned(order_id) as order_id,
    cleaned(product_sku) as product_sku,
    try_cast(quantity as integer) as quantity,
    try_cast(unit_price as decimal(18, 4)) as unit_price,
    try_cast(coalesce(cleaned(discount_amount), '0') as decimal(18, 2))
        as discount_amount,
    null as version_at,
    case
        when cleaned(order_line_id) is null then 'null_key'
        when cleaned(order_id) is null or cleaned(product_sku) is null
            then 'missing_reference'
        when try_cast(quantity as integer) is null then 'unparsable_quantity'
        when try_cast(quantity as integer) = 0 then 'zero_quantity'
        when try_cast(quantity as integer) < 0 then 'negative_quantity'
        when try_cast(unit_price as decimal(18, 4)) is null
            or try_cast(coalesce(cleaned(discount_amount), '0') as decimal(18, 2))
            is null
            then 'unparsable_amount'
        when try_cast(unit_price as decimal(18, 4)) < 0 then 'negative_price'
        when try_cast(discount_amount as decimal(18, 2)) < 0 then 'negative_amount'
    end as rule,
    to_json(order_lines) as payload
from raw.order_lines;
create table staging.order_lines as
from usable('typed_order_lines', 'repeated_order_lines');
insert into audit.rejected_rows
from rejected('order_lines', 'typed_order_lines', 'repeated_order_lines');

create temp view typed_payments as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(payment_id) as payment_id,
    cleaned(order_id) as order_id,
    try_cast(payment_date as timestamp) as paid_at,
    upper(cleaned(payment_method)) as payment_method,
    payment_status(payment_status) as payment_status,
    try_cast(payment_amount as decimal(18, 2)) as payment_amount,
    null as version_at,
    case
        when cleaned(payment_id) is null then 'null_key'
        when cleaned(order_id) is null then 'missing_reference'
        when try_cast(payment_amount as decimal(18, 2)) is null
            then 'unparsable_amount'
        when try_cast(payment_amount as decimal(18, 2)) < 0 then 'negative_amount'
        when try_cast(payment_date as timestamp) is null then 'unparsable_date'
        when is_no_day(try_cast(payment_date as timestamp)) then 'impossible_date'
    end as rule,
    to_json(payments) as payload
from raw.payments;
create table staging.payments as from usable('typed_payments', 'repeated_payments');
insert into audit.rejected_rows
from rejected('payments', 'typed_payments', 'repeated_payments');

create temp view typed_refunds as
select
    record_key, row_hash, batch_id, loaded_at, source_filename, line_number,
    cleaned(refund_id) as refund_id,
    cleaned(order_line_id) as order_line_id,
    try_cast(refund_date as timestamp) as refunded_at,
    try_cast(quantity as integer) as quantity,
    try_cast(refund_amount as decimal(18, 2)) as refund_amount,
    cleaned(reason) as reason,
    null as version_at,
    case
        when cleaned(refund_id) is null then 'null_key'
        when cleaned(order_line_id) is null then 'missing_reference'
        when try_cast(refund_amount as decimal(18, 2)) is null
            then 'unparsable_amount'
        when try_cast(refund_amount as decimal(18, 2)) < 0 then 'negative_amount'
        when try_cast(refund_date as timestamp) is null then 'unparsable_date'
        when is_no_day(try_cast(refund_date as timestamp)) then 'impossible_date'
    end as rule,
    to_json(refunds) as payload
from raw.refunds;
create table staging.refunds as from usable('typed_refunds', 'repeated_refunds');
insert into audit.rejected_rows
from rejected('refunds', 'typed_refunds', 'repeated_refunds');

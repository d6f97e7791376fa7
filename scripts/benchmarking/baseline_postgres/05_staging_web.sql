-- Staging of the web shop.
create function as_order_status(txt text) returns text
language sql immutable parallel safe
return case
    when upper(trim(txt)) in ('PENDING', 'NEW', 'CREATED', 'OPEN') then 'PENDING'
    when upper(trim(txt)) in ('PAID', 'CONFIRMED') then 'PAID'
    when upper(trim(txt)) in ('SHIPPED', 'DISPATCHED') then 'SHIPPED'
    when upper(trim(txt)) in ('DELIVERED', 'COMPLETED', 'CLOSED') then 'DELIVERED'
    when upper(trim(txt)) in ('CANCELLED', 'CANCELED', 'VOID') then 'CANCELLED'
    else 'UNKNOWN'
end;
create function as_payment_status(txt text) returns text
language sql immutable parallel safe
return case
    when upper(trim(txt)) in ('SUCCESS', 'SUCCEEDED', 'PAID', 'SETTLED') then 'SUCCESS'
    when upper(trim(txt)) in ('FAILED', 'DECLINED', 'CANCELLED') then 'FAILED'
    when upper(trim(txt)) in ('PENDING', 'PROCESSING', 'AUTHORIZED') then 'PENDING'
    else 'UNKNOWN'
end;

create unlogged table work.typed_orders as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    order_id,
    customer_id,
    ordered_at,
    channel,
    status,
    cast(total_amount as numeric(18, 2)) as total_amount,
    updated_at,
    updated_at as version_at,
    case
        when order_id is null then 'null_key'
        when total_amount is null then 'unparsable_amount'
        when ordered_at is null then 'unparsable_date'
        when is_no_day(ordered_at) then 'impossible_date'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(order_id) as order_id,
        cleaned(customer_id) as customer_id,
        as_instant(order_date) as ordered_at,
        as_channel(channel, 'WEB') as channel,
        as_order_status(status) as status,
        as_decimal(total_amount) as total_amount,
        as_instant(updated_at) as updated_at
    from raw.orders offset 0
) as parsed;
call work.part('orders');

create unlogged table work.typed_order_lines as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    order_line_id,
    order_id,
    product_sku,
    quantity,
    cast(unit_price as numeric(18, 4)) as unit_price,
    cast(discount_amount as numeric(18, 2)) as discount_amount,
    cast(null as timestamp) as version_at,
    case
        when order_line_id is null then 'null_key'
        when order_id is null or product_sku is null then 'missing_reference'
        when quantity is null then 'unparsable_quantity'
        when quantity = 0 then 'zero_quantity'
        when quantity < 0 then 'negative_quantity'
        when unit_price is null or discount_amount is null then 'unparsable_amount'
        when unit_price < 0 then 'negative_price'
        when discount_amount < 0 then 'negative_amount'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(order_line_id) as order_line_id,
        cleaned(order_id) as order_id,
        cleaned(product_sku) as product_sku,
        as_integer(quantity) as quantity,
        as_decimal(unit_price) as unit_price,
        as_decimal(coalesce(cleaned(discount_amount), '0')) as discount_amount
    from raw.order_lines offset 0
) as parsed;
call work.part('order_lines');

create unlogged table work.typed_payments as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    payment_id,
    order_id,
    paid_at,
    payment_method,
    payment_status,
    cast(payment_amount as numeric(18, 2)) as payment_amount,
    cast(null as timestamp) as version_at,
    case
        when payment_id is null then 'null_key'
        when order_id is null then 'missing_reference'
        when payment_amount is null then 'unparsable_amount'
        when payment_amount < 0 then 'negative_amount'
        when paid_at is null then 'unparsable_date'
        when is_no_day(paid_at) then 'impossible_date'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(payment_id) as payment_id,
        cleaned(order_id) as order_id,
        as_instant(payment_date) as paid_at,
        upper(cleaned(payment_method)) as payment_method,
        as_payment_status(payment_status) as payment_status,
        as_decimal(payment_amount) as payment_amount
    from raw.payments offset 0
) as parsed;
call work.part('payments');

create unlogged table work.typed_refunds as
select
    record_key, row_hash, batch_id, loaded_at,
    source_filename, line_number, is_repeated,
    refund_id,
    order_line_id,
    refunded_at,
    quantity,
    cast(refund_amount as numeric(18, 2)) as refund_amount,
    reason,
    cast(null as timestamp) as version_at,
    case
        when refund_id is null then 'null_key'
        when order_line_id is null then 'missing_reference'
        when refund_amount is null then 'unparsable_amount'
        when refund_amount < 0 then 'negative_amount'
        when refunded_at is null then 'unparsable_date'
        when is_no_day(refunded_at) then 'impossible_date'
    end as rule
from (
    select
        record_key, row_hash, batch_id, loaded_at,
        source_filename, line_number, is_repeated,
        cleaned(refund_id) as refund_id,
        cleaned(order_line_id) as order_line_id,
        as_instant(refund_date) as refunded_at,
        as_integer(quantity) as quantity,
        as_decimal(refund_amount) as refund_amount,
        cleaned(reason) as reason
    from raw.refunds offset 0
) as parsed;
call work.part('refunds');

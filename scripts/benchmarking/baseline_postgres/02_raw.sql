-- Raw: every delivered row once, with its fingerprint, key and batch. Repeats of a row
-- are looked for only among the keys that come more than once, or not at all.
create schema raw;
-- steps on the way: without a log to write, and open to parallel workers
create schema work;

create procedure work.take(feed text, key text, source_system text)
language plpgsql as $take$
declare
    delivered text := (
        select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
        from information_schema.columns
        where table_schema = 'landing' and table_name = feed
    );
    content text := (
        select string_agg(
            format('coalesce(%I, ''~'')', column_name), ', ' order by ordinal_position
        )
        from information_schema.columns
        where
            table_schema = 'landing' and table_name = feed
            and column_name not in (
                'file_row_number', 'delivery_id', 'source_filename', 'line_number'
            )
    );
begin
    execute format('analyze landing.%I', feed);
    execute format($sql$
        create unlogged table work.%1$I as
        select trim(%2$I) as record_key from landing.%3$I
        where trim(%2$I) is not null
        group by trim(%2$I) having count(*) > 1
    $sql$, 'repeated_' || feed, key, feed);
    execute format('analyze work.%I', 'repeated_' || feed);
    execute format($sql$
        create view work.%1$I as
        select
            trim(%2$I) as record_key,
            md5(concat_ws('|', %3$s)) as row_hash,
            %4$s,
            1 as batch_id,
            %5$L as source_system,
            localtimestamp as loaded_at
        from landing.%6$I
    $sql$, 'delivered_' || feed, key, content, delivered, source_system, feed);
    execute format($sql$
        create table raw.%1$I as
        select *, false as is_repeated from work.%2$I
        where
            record_key is not null
            and record_key not in (select record_key from work.%3$I)
        union all
        (
            select distinct on (row_hash) *, true as is_repeated from work.%2$I
            where
                record_key is null
                or record_key in (select record_key from work.%3$I)
        )
    $sql$, feed, 'delivered_' || feed, 'repeated_' || feed);
end
$take$;

call work.take('customers', 'customer_id', 'POS');
call work.take('products', 'product_sku', 'POS');
call work.take('timeframe', 'time_id', 'POS');
call work.take('transactions', 'transaction_id', 'POS');
call work.take('sales', 'sale_id', 'POS');
call work.take('orders', 'order_id', 'WEB');
call work.take('order_lines', 'order_line_id', 'WEB');
call work.take('payments', 'payment_id', 'WEB');
call work.take('refunds', 'refund_id', 'WEB');
call work.take('users', 'customer_id', 'DEALS');
call work.take('projects', 'project_id', 'DEALS');
call work.take('bandits', 'bandit_id', 'DEALS');
call work.take('bandit_transactions', 'transaction_id', 'DEALS');

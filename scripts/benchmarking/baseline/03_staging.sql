-- Staging: the usable version of every key, typed; all other rows with their reason.
create schema staging;
create schema audit;

create table audit.rejected_rows (
    source_table varchar, record_key varchar, row_hash varchar, rule varchar,
    payload json, source_filename varchar, line_number bigint, batch_id integer
);

create macro cleaned(txt) as nullif(trim(txt), '');
create macro is_no_day(instant) as
    instant < timestamp '1990-01-01'
    or instant > current_localtimestamp() + interval 366 days;
create macro channel(txt, otherwise) as
    case
        when upper(trim(txt)) in ('WEB', 'ONLINE', 'WEBSITE', 'WEBSHOP') then 'WEB'
        when upper(trim(txt)) in ('STORE', 'SHOP', 'POS', 'TILL') then 'STORE'
        when upper(trim(txt)) in ('MOBILE', 'APP', 'PHONE') then 'MOBILE'
        when cleaned(txt) is null then otherwise
        else 'UNKNOWN'
    end;

create macro usable(feed, repeated_keys) as table
select * exclude (rule, version_at, payload, source_filename, line_number)
from query_table(feed)
where rule is null and record_key not in (from query_table(repeated_keys))
union all
(
    select * exclude (rule, version_at, payload, source_filename, line_number)
    from query_table(feed)
    where rule is null and record_key in (from query_table(repeated_keys))
    qualify row_number() over (
        partition by record_key order by version_at desc nulls last, row_hash desc
    ) = 1
);

create macro rejected(name, feed, repeated_keys) as table
select
    name, record_key, row_hash, rule,
    payload, source_filename, line_number, batch_id
from query_table(feed)
where rule is not null
union all
(
    select
        name, record_key, row_hash, 'duplicate_key',
        payload, source_filename, line_number, batch_id
    from query_table(feed)
    where rule is null and record_key in (from query_table(repeated_keys))
    qualify row_number() over (
        partition by record_key order by version_at desc nulls last, row_hash desc
    ) > 1
);

-- Staging: the usable version of every key, typed; all other rows with their reason.
create schema staging;
create schema audit;

create table audit.rejected_rows (
    source_table text, record_key text, row_hash text, rule text,
    payload json, source_filename text, line_number bigint, batch_id integer
);

-- Plain SQL functions, which the planner writes out where they are called.
create function cleaned(txt text) returns text
language sql immutable parallel safe
return nullif(trim(txt), '');

create function as_integer(txt text) returns integer
language sql immutable parallel safe
return case
    when txt ~ '^ *[+-]?[0-9]{1,9} *$' then cast(txt as integer)
    when txt ~ '^ *[+-]?[0-9]{1,9}[.]0* *$' then cast(cast(txt as numeric) as integer)
end;

create function as_decimal(txt text) returns numeric
language sql immutable parallel safe
return case
    when txt ~ '^ *[+-]?[0-9]{1,12}([.][0-9]*)? *$' then cast(txt as numeric)
end;

create function as_double(txt text) returns double precision
language sql immutable parallel safe
return case
    when txt ~ '^ *[+-]?[0-9]{1,14}([.][0-9]*)?([eE][+-]?[0-9]{1,2})? *$'
        then cast(txt as double precision)
end;

create function as_flag(txt text) returns boolean
language sql immutable parallel safe
return case
    when lower(trim(txt)) in ('1', '1.0', 'true', 't', 'yes', 'y') then true
    when lower(trim(txt)) in ('0', '0.0', 'false', 'f', 'no', 'n') then false
end;

-- Only days of the calendar, so that the cast cannot fail.
create function as_instant(txt text) returns timestamp
language sql stable parallel safe
return case
    when txt ~ (
        '^ *([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])'
        '|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))'
        '|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)'
        '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?'
        '(Z|[+]00:00)?)? *$'
    ) and txt !~ '^ *0000'
        then cast(txt as timestamp)
end;

create function is_no_day(instant timestamp) returns boolean
language sql stable parallel safe
return
    instant < timestamp '1990-01-01'
    or instant > localtimestamp + interval '366 days';

create function as_channel(txt text, otherwise text) returns text
language sql immutable parallel safe
return case
    when upper(trim(txt)) in ('WEB', 'ONLINE', 'WEBSITE', 'WEBSHOP') then 'WEB'
    when upper(trim(txt)) in ('STORE', 'SHOP', 'POS', 'TILL') then 'STORE'
    when upper(trim(txt)) in ('MOBILE', 'APP', 'PHONE') then 'MOBILE'
    when cleaned(txt) is null then otherwise
    else 'UNKNOWN'
end;

-- Typed once in work.typed_<feed>; here the rows are parted.
create procedure work.part(feed text)
language plpgsql as $part$
declare
    typed text := 'typed_' || feed;
    kept text := (
        select string_agg(quote_ident(column_name), ', ' order by ordinal_position)
        from information_schema.columns
        where
            table_schema = 'work' and table_name = 'typed_' || feed
            and column_name not in (
                'rule', 'version_at', 'is_repeated', 'source_filename', 'line_number'
            )
    );
begin
    execute format($sql$
        create table staging.%1$I as
        select %2$s from work.%3$I where rule is null and not is_repeated
        union all
        (
            select distinct on (record_key) %2$s from work.%3$I
            where rule is null and is_repeated
            order by record_key, version_at desc nulls last, row_hash desc
        )
    $sql$, feed, kept, typed);
    execute format('analyze staging.%I', feed);
    execute format($sql$
        insert into audit.rejected_rows
        select
            %1$L, rejects.record_key, rejects.row_hash,
            coalesce(rejects.rule, 'duplicate_key'), to_json(delivered),
            rejects.source_filename, rejects.line_number, rejects.batch_id
        from (
            select *, null as place from work.%2$I where rule is not null
            union all
            select *, row_number() over (
                partition by record_key
                order by version_at desc nulls last, row_hash desc
            ) as place
            from work.%2$I where rule is null and is_repeated
        ) as rejects
        inner join raw.%3$I as delivered on rejects.row_hash = delivered.row_hash
        where rejects.rule is not null or rejects.place > 1
    $sql$, feed, typed, feed);
end
$part$;

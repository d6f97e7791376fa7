with

results as (
    select
        {{ utc_now() }} as actual,
        cast(current_timestamp as timestamp) as local_now
)

-- no zone is further from UTC than 14 hours
select * from results
where
    actual is null
    or actual > local_now + interval '14' hour
    or actual < local_now - interval '14' hour

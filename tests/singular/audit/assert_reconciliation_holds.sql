-- one query for status, vocabulary and grain: the view is read live each time
with

checks as (
    select
        reconciliation.*,
        count(*) over (
            partition by check_name, layer_from, layer_to
        ) as same_name_count
    from {{ ref('reconciliation') }} as reconciliation
)

select * from checks
where status not in ('PASS', 'WARN') or same_name_count > 1

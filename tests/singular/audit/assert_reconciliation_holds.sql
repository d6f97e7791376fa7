-- one query for status, vocabulary and grain: the view is read live each time
with

reconciliation as (select * from {{ ref('reconciliation') }}),

checks as (
    select
        check_name,
        layer_from,
        layer_to,
        expected,
        actual,
        gap,
        status,
        count(*) over (
            partition by check_name, layer_from, layer_to
        ) as same_name_count
    from reconciliation
)

select
    check_name,
    layer_from,
    layer_to,
    expected,
    actual,
    gap,
    status,
    same_name_count
from checks
where status not in ('PASS', 'WARN') or same_name_count > 1

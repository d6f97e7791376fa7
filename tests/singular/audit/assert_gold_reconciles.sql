with

gold_checks as (select * from {{ ref('reconciliation_gold') }})

select
    check_name,
    expected,
    actual
from gold_checks
where actual != expected and status_of_gap = 'FAIL'

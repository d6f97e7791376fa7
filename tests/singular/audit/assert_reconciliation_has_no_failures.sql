select * from {{ ref('reconciliation') }}
where status = 'FAIL'

-- gold waits for this: whatever is lost or changed on the way to curated stops there
-- depends_on: {{ ref('reconciliation_landing') }}
-- depends_on: {{ ref('reconciliation_staging') }}
with

landing_checks as (
    {{ landing_checks(new_only=true) }}
),

staging_checks as (
    {{ staging_checks(new_only=true) }}
),

checks as (
    select * from landing_checks
    union all
    select * from staging_checks
)

select
    check_name,
    expected,
    actual
from checks
where actual != expected and status_of_gap = 'FAIL'

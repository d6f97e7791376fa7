with

landing_checks as (select * from {{ ref('reconciliation_landing') }}),

staging_checks as (select * from {{ ref('reconciliation_staging') }}),

gold_checks as (select * from {{ ref('reconciliation_gold') }}),

gap_checks as (select * from {{ ref('reconciliation_gaps') }}),

checks as (
    select * from landing_checks
    union all
    select * from staging_checks
    union all
    select * from gold_checks
    union all
    select * from gap_checks
),

final as (
    select
        -- keys
        check_name,
        layer_from,
        layer_to,

        -- measures
        expected,
        actual,
        cast(actual - expected as numeric(28, 2)) as gap,

        -- attributes
        case when actual = expected then 'PASS' else status_of_gap end as status,
        case when actual != expected then explanation end as explanation
    from checks
)

select * from final

with

cases (given, expected) as (
    values
    ('2025-01-01 00:00:00', '2025-01-01'),
    ('2025-01-31 23:59:59', '2025-01-01'),
    ('2024-02-29 12:00:00', '2024-02-01'),
    ('2025-12-31 00:00:00', '2025-12-01'),
    (null, null)
),

results as (
    select
        cases.*,
        {{ month_start('cast(given as timestamp)') }} as actual,
        {{ month_start('cast(given as date)') }} as actual_of_date
    from cases
)

select * from results
where
    actual is distinct from cast(expected as date)
    or actual_of_date is distinct from cast(expected as date)

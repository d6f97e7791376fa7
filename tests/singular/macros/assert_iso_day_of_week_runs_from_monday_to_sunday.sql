with

cases (given, expected) as (
    values
    ('2025-01-06', 1),
    ('2025-01-07', 2),
    ('2025-01-08', 3),
    ('2025-01-09', 4),
    ('2025-01-10', 5),
    ('2025-01-11', 6),
    ('2025-01-12', 7),
    ('2024-02-29', 4),
    (null, null)
),

results as (
    select
        cases.*,
        {{ iso_day_of_week('cast(given as date)') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (from_day, to_day, expected) as (
    values
    ('2025-01-01 00:00:00', '2025-01-01 23:59:59', 0),
    ('2025-01-01 23:59:59', '2025-01-02 00:00:00', 1),
    ('2024-02-28 00:00:00', '2024-03-01 00:00:00', 2),
    ('2024-12-31 00:00:00', '2025-12-31 00:00:00', 365),
    ('2025-01-02 00:00:00', '2025-01-01 00:00:00', -1),
    (null, '2025-01-01 00:00:00', null),
    ('2025-01-01 00:00:00', null, null)
),

results as (
    select
        cases.*,
        {{ days_between(
            'cast(from_day as timestamp)', 'cast(to_day as timestamp)'
        ) }} as actual
    from cases
)

select * from results
where actual is distinct from expected

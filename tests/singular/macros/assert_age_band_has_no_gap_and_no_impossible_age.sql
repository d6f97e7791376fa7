with

cases (given, expected) as (
    values
    (-1, null),
    (0, 'under 18'),
    (17, 'under 18'),
    (18, '18-24'),
    (24, '18-24'),
    (25, '25-34'),
    (34, '25-34'),
    (35, '35-44'),
    (44, '35-44'),
    (45, '45-54'),
    (54, '45-54'),
    (55, '55-64'),
    (64, '55-64'),
    (65, '65 and over'),
    (120, '65 and over'),
    (121, null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ age_band('given') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

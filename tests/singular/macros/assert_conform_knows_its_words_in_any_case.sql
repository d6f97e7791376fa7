with

cases (given, expected, expected_with_default) as (
    values
    ('YES', 'Y', 'Y'),
    (' ok ', 'Y', 'Y'),
    ('No', 'N', 'N'),
    ('maybe', 'UNKNOWN', 'UNKNOWN'),
    ('YES YES', 'UNKNOWN', 'UNKNOWN'),
    ('  ', 'BLANK', 'UNKNOWN'),
    ('', 'BLANK', 'UNKNOWN'),
    (null, 'BLANK', 'UNKNOWN')
),

results as (
    select
        cases.*,
        {{ conform('given', {'Y': ['YES', 'OK'], 'N': ['NO']}, blank='BLANK') }}
            as actual,
        {{ conform('given', {'Y': ['YES', 'OK'], 'N': ['NO']}) }}
            as actual_with_default
    from cases
)

select * from results
where
    actual is distinct from expected
    or actual_with_default is distinct from expected_with_default

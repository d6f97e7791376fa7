with

cases (given, parsed, expected) as (
    values
    ('five', null, true),
    ('5', 5, false),
    ('', null, false),
    (' ', null, false),
    (null, null, false)
),

results as (
    select
        cases.*,
        {{ is_unparsable('given', 'parsed') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (given, expected) as (
    values
    ('12', true),
    ('7', true),
    ('', false),
    ('12a', false),
    ('a12', false),
    (' 12', false),
    ('12' || chr(10), false),
    ('12' || chr(10) || '12', false),
    ('x', true),
    ('xx', false),
    (null, null)
),

results as (
    select
        cases.*,
        {{ matches('given', '[0-9]+|x') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

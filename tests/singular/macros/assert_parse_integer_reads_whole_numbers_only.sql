with

cases (given, expected) as (
    values
    ('5', 5),
    (' 5 ', 5),
    ('5.0', 5),
    ('5.', 5),
    ('5.000', 5),
    ('007', 7),
    ('-0', 0),
    ('+3', 3),
    ('-3', -3),
    ('999999999', 999999999),
    ('-999999999', -999999999),
    ('1000000000', null),
    ('5.5', null),
    ('5.01', null),
    ('1,000', null),
    ('1e3', null),
    ('five', null),
    ('NaN', null),
    ('-', null),
    ('', null),
    (' ', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ parse_integer('given') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (given, expected) as (
    values
    (' 0.25 ', 0.25),
    ('1e3', 1000),
    ('1E-1', 0.1),
    ('-2.5', -2.5),
    ('1.', 1),
    ('007', 7),
    ('-0', 0),
    ('1e', null),
    ('e1', null),
    ('1e100', null),
    ('NaN', null),
    ('Infinity', null),
    ('0,25', null),
    ('25%', null),
    ('', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ parse_double('given') }} as actual
    from cases
)

select * from results
where actual is distinct from cast(expected as double precision)

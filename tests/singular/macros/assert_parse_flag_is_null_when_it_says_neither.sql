with

cases (given, expected) as (
    values
    ('1', true),
    ('1.0', true),
    (' True ', true),
    ('T', true),
    ('YES', true),
    ('y', true),
    ('0', false),
    ('0.0', false),
    ('FALSE', false),
    ('f', false),
    ('no', false),
    ('N', false),
    ('2', null),
    ('-1', null),
    ('maybe', null),
    ('', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ parse_flag('given') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (given, expected) as (
    values
    ('text', 'text'),
    ('  text  ', 'text'),
    ('two  words', 'two  words'),
    ('0', '0'),
    ('  ', null),
    ('', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ clean_text('given') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

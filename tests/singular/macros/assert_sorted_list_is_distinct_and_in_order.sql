with

cases (label, given, expected) as (
    values
    ('sorted', 'b', 'a,b,c'),
    ('sorted', 'c', 'a,b,c'),
    ('sorted', 'a', 'a,b,c'),
    ('sorted', 'b', 'a,b,c'),
    ('nulls left out', null, 'z'),
    ('nulls left out', 'z', 'z'),
    ('nulls only', null, null),
    ('as text', '10', '10,9'),
    ('as text', '9', '10,9')
),

results as (
    select
        label,
        expected,
        {{ sorted_list('given') }} as actual
    from cases
    group by label, expected
)

select * from results
where actual is distinct from expected

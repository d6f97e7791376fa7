with

cases (given, expected) as (
    values
    ('web', 'WEB'),
    ('Online', 'WEB'),
    ('e-commerce', 'WEB'),
    (' in-store ', 'STORE'),
    ('POS', 'STORE'),
    ('app', 'MOBILE'),
    ('iOS', 'MOBILE'),
    ('Mobile App', 'MOBILE'),
    ('pigeon', 'UNKNOWN'),
    ('web store', 'UNKNOWN'),
    ('', 'STORE'),
    (' ', 'STORE'),
    (null, 'STORE')
),

results as (
    select
        cases.*,
        {{ conform_channel('given', blank='STORE') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (given, expected) as (
    values
    ('12.34565', 12.3457),
    ('-12.34565', -12.3457),
    ('0.00005', 0.0001),
    ('12.5', 12.5000),
    ('999999999999.9999', 999999999999.9999),
    -- rounds to more digits than the type holds
    ('99999999999999.99999', null),
    ('12,5', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ parse_decimal('given', 4) }} as actual
    from cases
)

select * from results
where actual is distinct from expected

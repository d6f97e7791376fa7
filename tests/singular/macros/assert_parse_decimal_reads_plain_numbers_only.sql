with

cases (given, expected) as (
    values
    (' 12.50 ', 12.50),
    ('12.', 12.00),
    ('007', 7.00),
    ('-0', 0.00),
    ('+5', 5.00),
    ('-5.5', -5.50),
    ('0.005', 0.01),
    ('0.0049999', 0.00),
    ('-0.005', -0.01),
    ('1.00000000000000000000000000000000000000001', 1.00),
    ('12345678901234.99', 12345678901234.99),
    ('99999999999999.99', 99999999999999.99),
    ('123456789012345', null),
    ('1,234.50', null),
    ('12,50', null),
    ('1e3', null),
    ('NaN', null),
    ('inf', null),
    ('$5', null),
    ('5%', null),
    ('--5', null),
    ('- 5', null),
    ('5-', null),
    ('1.2.3', null),
    ('.', null),
    ('.5', null),
    ('0x10', null),
    ('five', null),
    ('5' || chr(10), null),
    (' ', null),
    ('', null),
    (null, null)
),

results as (
    select
        cases.*,
        {{ parse_decimal('given') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (amount, running, before, total, expected) as (
    values
    -- 10.00 over three equal lines
    (10.00, 1, 0, 3, 3.33),
    (10.00, 2, 1, 3, 3.34),
    (10.00, 3, 2, 3, 3.33),
    -- one cent over two
    (0.01, 1, 0, 2, 0.01),
    (0.01, 2, 1, 2, 0.00),
    -- a return among the lines, and an order of returns
    (6.00, 10, 0, 6, 10.00),
    (6.00, 6, 10, 6, -4.00),
    (-3.00, -2, 0, -3, -2.00),
    (0.00, 1, 0, 3, 0.00),
    (99999999.99, 3, 0, 3, 99999999.99),
    (1.15, 1, 0, 1, 1.15),
    (null, 1, 0, 3, null),
    (10.00, null, null, null, null)
),

results as (
    select
        cases.*,
        {{ allocate_cents('amount', 'running', 'before', 'total') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

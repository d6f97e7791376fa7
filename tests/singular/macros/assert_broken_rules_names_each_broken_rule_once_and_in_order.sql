with

cases (label, quantity, amount, expected) as (
    values
    ('good', 1, 1, null),
    ('first', 0, 1, 'zero_quantity,'),
    ('second', 1, -1, 'negative_amount,'),
    ('both', 0, -1, 'zero_quantity,negative_amount,'),
    ('null breaks nothing', null, null, null)
),

results as (
    select
        cases.*,
        {{ broken_rules({
            'zero_quantity': 'quantity = 0', 'negative_amount': 'amount < 0'
        }) }} as actual
    from cases
)

select * from results
where actual is distinct from expected

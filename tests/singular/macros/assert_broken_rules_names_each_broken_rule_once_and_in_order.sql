with

cases (label, is_deleted, quantity, amount, expected) as (
    values
    ('good', false, 1, 1, null),
    ('first', false, 0, 1, 'zero_quantity,'),
    ('second', false, 1, -1, 'negative_amount,'),
    ('both', false, 0, -1, 'zero_quantity,negative_amount,'),
    ('null breaks nothing', false, null, null, null),
    ('a tombstone breaks none', true, 0, -1, null)
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

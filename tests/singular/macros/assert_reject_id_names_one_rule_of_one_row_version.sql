with

rejected (source_table, row_hash, batch_id) as (
    values
    ('orders', 'a', 1),
    ('orders', 'a', 2),
    ('orders', 'b', 1),
    ('sales', 'a', 1),
    ('sales', 'a', null)
),

rules (rule) as (
    values
    ('null_key'),
    ('zero_quantity')
),

identified as (
    select {{ reject_id('rejected', 'rules') }} as actual
    from rejected
    cross join rules
),

results as (
    select
        actual,
        count(*) as rows_alike
    from identified
    group by actual
)

select * from results
where actual is null or rows_alike > 1

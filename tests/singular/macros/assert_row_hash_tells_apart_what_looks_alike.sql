with

cases (order_id, status, content) as (
    values
    ('a', 'b', '1:a1:b'),
    ('ab', '', '2:ab0:'),
    ('', 'ab', '0:2:ab'),
    (null, 'ab', '~2:ab'),
    ('ab', null, '2:ab'),
    (null, null, ''),
    ('', '', '0:0:'),
    ('~', null, '1:'),
    ('~~', null, '2:'),
    ('~', '~', '1:~1:'),
    (null, '~', '~1:'),
    ('a|b', 'c', '3:a|b1:c'),
    ('a', 'b|c', '1:a3:b|c'),
    ('A', 'b', '1:A1:b'),
    ('a ', 'b', '2:a 1:b'),
    ('é', 'b', '1:é1:b')
),

hashed as (
    select
        cases.*,
        {{ row_hash(['order_id', 'status']) }} as actual
    from cases
),

results as (
    select
        hashed.*,
        count(*) over (partition by actual) as rows_alike
    from hashed
)

select * from results
where
    actual is distinct from md5(content)
    or rows_alike > 1

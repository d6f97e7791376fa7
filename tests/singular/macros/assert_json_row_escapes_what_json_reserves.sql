with

cases (order_id, status, expected) as (
    values
    ('A', 'PAID', '{"order_id": "A", "status": "PAID"}'),
    (null, '', '{"order_id": null, "status": ""}'),
    ('null', ' ', '{"order_id": "null", "status": " "}'),
    ('12" rule', 'a', '{"order_id": "12' || chr(92) || '" rule", "status": "a"}'),
    (
        'C:' || chr(92) || 'n',
        chr(10) || chr(13) || chr(9),
        '{"order_id": "C:' || chr(92) || chr(92) || 'n", "status": "'
        || chr(92) || 'n' || chr(92) || 'r' || chr(92) || 't"}'
    ),
    ('it''s', 'é', '{"order_id": "it''s", "status": "é"}')
),

results as (
    select
        cases.*,
        {{ json_row(['order_id', 'status']) }} as actual
    from cases
)

select * from results
where actual is distinct from expected

with

cases (label, given, expected_ascending, expected_descending) as (
    values
    ('five', 10, 1, 5),
    ('five', 20, 2, 4),
    ('five', 30, 3, 3),
    ('five', 40, 4, 2),
    ('five', 50, 5, 1),
    ('ties', 1, 1, 3),
    ('ties', 1, 1, 3),
    ('ties', 1, 1, 3),
    ('ties', 2, 4, 2),
    ('ties', 3, 5, 1),
    ('equal', 7, 1, 1),
    ('equal', 7, 1, 1),
    ('alone', 7, 1, 1)
),
{% for label in ['five', 'ties', 'equal', 'alone'] %}
scored_{{ label }} as (
    select
        cases.*,
        {{ quintile_score('given') }} as ascending,
        {{ quintile_score('given', descending=true) }} as descending
    from cases
    where label = '{{ label }}'
),
{% endfor %}
results as (
    {%- for label in ['five', 'ties', 'equal', 'alone'] %}
    select * from scored_{{ label }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from results
where
    ascending is distinct from expected_ascending
    or descending is distinct from expected_descending

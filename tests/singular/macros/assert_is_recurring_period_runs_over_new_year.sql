{%- set periods = [
    {'start': '05-20', 'end': '06-02'}, {'start': '12-30', 'end': '01-02'},
] -%}
with

cases (month_number, day_number, expected) as (
    values
    (5, 19, false),
    (5, 20, true),
    (5, 31, true),
    (6, 2, true),
    (6, 3, false),
    (12, 29, false),
    (12, 30, true),
    (12, 31, true),
    (1, 1, true),
    (1, 2, true),
    (1, 3, false)
),

results as (
    select
        cases.*,
        {{ is_recurring_period('month_number', 'day_number', periods) }} as actual,
        {{ is_recurring_period('month_number', 'day_number', []) }} as actual_of_none
    from cases
)

select * from results
where
    actual is distinct from expected
    or actual_of_none is distinct from false

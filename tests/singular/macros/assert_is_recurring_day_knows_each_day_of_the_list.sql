with

cases (month_number, day_number, expected) as (
    values
    (12, 25, true),
    (2, 29, true),
    (12, 24, false),
    (1, 25, false),
    -- 100 * 11 + 125 would be the same number as 12-25
    (11, 25, false),
    (null, 25, null)
),

results as (
    select
        cases.*,
        {{ is_recurring_day('month_number', 'day_number', ['12-25', '02-29']) }}
            as actual,
        {{ is_recurring_day('month_number', 'day_number', []) }} as actual_of_none
    from cases
)

select * from results
where
    actual is distinct from expected
    or coalesce(actual_of_none, false)

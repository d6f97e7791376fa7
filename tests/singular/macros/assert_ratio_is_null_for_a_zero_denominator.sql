with

cases (part, whole, expected) as (
    values
    (7, 2, 3.5),
    (-1, 4, -0.25),
    (0, 5, 0),
    (5, 0, null),
    (0, 0, null),
    (null, 2, null),
    (2, null, null)
),

results as (
    select
        cases.*,
        {{ ratio('part', 'whole') }} as actual
    from cases
)

select * from results
where actual is distinct from cast(expected as double precision)

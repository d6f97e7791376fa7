with

cases (recency_score, frequency_score, expected) as (
    values
    (5, 5, 'Champions'),
    (4, 4, 'Champions'),
    (5, 3, 'Loyal'),
    (4, 3, 'Loyal'),
    (3, 5, 'Loyal'),
    (3, 3, 'Loyal'),
    (5, 2, 'Recent'),
    (4, 1, 'Recent'),
    (3, 2, 'Needs attention'),
    (3, 1, 'Needs attention'),
    (2, 5, 'Cannot lose'),
    (1, 4, 'Cannot lose'),
    (2, 3, 'At risk'),
    (1, 3, 'At risk'),
    (2, 2, 'Hibernating'),
    (1, 1, 'Hibernating'),
    (null, null, 'No orders')
),

results as (
    select
        cases.*,
        {{ rfm_segment('recency_score', 'frequency_score') }} as actual
    from cases
)

select * from results
where actual is distinct from expected

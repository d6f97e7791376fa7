with

cases (given, delivered, expected) as (
    values
    ('2025-01-01', '2025-01-02', null),
    (null, '2025-01-02', 'unparsable_date,'),
    ('1989-12-31', '2025-01-02', 'impossible_date,'),
    ('1990-01-01', '2025-01-02', null),
    ('2026-01-03', '2025-01-02', null),
    ('2026-01-04', '2025-01-02', 'future_date,'),
    ('2999-01-01', null, null)
),

typed as (
    select
        expected,
        false as is_deleted,
        cast(given as timestamp) as happened_at,
        cast(delivered as timestamp) as ingestion_timestamp
    from cases
),

results as (
    select
        typed.*,
        {{ broken_rules(date_rules('happened_at')) }} as actual
    from typed
)

select * from results
where actual is distinct from expected

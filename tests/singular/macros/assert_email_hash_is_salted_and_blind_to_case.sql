{%- set salt = env_var('CLUSTR_EMAIL_SALT', 'demo') | replace("'", "''") -%}
with

cases (given, expected) as (
    values
    ('ada@example.com', md5('{{ salt }}' || 'ada@example.com')),
    ('Ada@Example.COM', md5('{{ salt }}' || 'ada@example.com')),
    ('bob@example.com', md5('{{ salt }}' || 'bob@example.com')),
    (null, null)
),

results as (
    select
        cases.*,
        {{ email_hash('given') }} as actual
    from cases
)

select * from results
where
    actual is distinct from expected
    or actual = md5(lower(given))

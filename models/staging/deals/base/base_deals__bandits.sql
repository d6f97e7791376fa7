{%- set rules = {
    'null_key': 'bandit_id is null',
    'missing_reference': 'project_id is null',
} -%}
with

source as (select * from {{ ref('raw_bandits') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('bandit_id') }} as bandit_id,
        {{ clean_text('project_id') }} as project_id,
        {{ clean_text('bandit_name') }} as bandit_name,
        {{ parse_double('alpha') }} as alpha,
        {{ parse_double('beta') }} as beta,
        {{ parse_integer('n') }} as n,
        {{ parse_integer('number_of_success') }} as number_of_success,
        {{ parse_integer('number_of_failures') }} as number_of_failures,
        {{ parse_double('prior_alpha') }} as prior_alpha,
        {{ parse_double('prior_beta') }} as prior_beta,
        {{ clean_text('product_sku') }} as product_sku,
        {{ clean_text('rule_id') }} as rule_id,
        {{ parse_timestamp('retired_at') }} as retired_at,

        -- as delivered
        {{ json_row(feed_columns('bandits')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

{%- set rules = {
    'null_key': 'transaction_id is null',
    'missing_reference': 'project_id is null or bandit_id is null',
    'unparsable_flag': 'is_clicked is null',
} -%}
{%- do rules.update(date_rules('shown_at')) -%}
with

source as (select * from {{ ref('raw_bandit_transactions') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('transaction_id') }} as transaction_id,
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('project_id') }} as project_id,
        {{ clean_text('bandit_id') }} as bandit_id,
        {{ parse_timestamp('timestamp') }} as shown_at,
        {{ parse_flag('clicked') }} as is_clicked,
        {{ parse_double('propensity') }} as propensity,
        {{ parse_integer('position') }} as position,

        -- as delivered
        {{ json_row(feed_columns('bandit_transactions')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

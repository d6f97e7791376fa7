{%- set rules = {
    'null_key': 'customer_id is null',
} -%}
with

source as (select * from {{ ref('raw_users') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('email') }} as email,
        {{ clean_text('name') }} as name,

        -- as delivered
        {{ json_row(feed_columns('users')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

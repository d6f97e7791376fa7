{%- set rules = {
    'null_key': 'customer_id is null',
} -%}
with

source as (select * from {{ ref('raw_customers') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('customer_id') }} as customer_id,
        {{ clean_text('first_name') }} as first_name,
        {{ clean_text('last_name') }} as last_name,
        {{ clean_text('gender') }} as gender,
        {{ parse_integer('age') }} as age,
        cast({{ parse_timestamp('dob') }} as date) as date_of_birth,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        {{ clean_text('city') }} as city,
        {{ clean_text('state') }} as state,
        {{ clean_text('country') }} as country,
        {{ clean_text('income_level') }} as income_level,
        {{ clean_text('shopping_preference') }} as shopping_preference,
        {{ clean_text('customer_segment') }} as customer_segment,
        {{ parse_timestamp('updated_at') }} as updated_at,

        -- as delivered
        {{ json_row(feed_columns('customers')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

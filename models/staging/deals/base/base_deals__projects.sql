{%- set rules = {
    'null_key': 'project_id is null',
} -%}
with

source as (select * from {{ ref('raw_projects') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('project_id') }} as project_id,
        {{ clean_text('project_name') }} as project_name,
        {{ clean_text('project_description') }} as project_description,
        {{ parse_integer('number_of_bandits') }} as number_of_bandits,

        -- as delivered
        {{ json_row(feed_columns('projects')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

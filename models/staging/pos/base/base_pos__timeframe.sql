{%- set rules = {
    'null_key': 'time_id is null',
} -%}
{%- do rules.update(date_rules('day_start')) -%}
with

source as (select * from {{ ref('raw_timeframe') }}),

typed as (
    select
        {{ raw_audit_columns() }},

        -- content
        {{ clean_text('time_id') }} as time_id,
        {{ parse_timestamp('date') }} as day_start,

        -- as delivered
        {{ json_row(feed_columns('timeframe')) }} as payload
    from source
),

final as (
    select
        typed.*,
        {{ broken_rules(rules) }} as broken_rules
    from typed
)

select * from final

{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='reject_id',
        full_refresh=false
    )
}}

with

rules as (select * from {{ ref('reject_rules') }}),

rejected_lines as (select * from {{ source('landing', 'rejected_lines') }}),
{% if is_incremental() %}
taken as (
    select
        source_table,
        max(batch_id) as batch_id
    from {{ this }}
    group by source_table
),
{% endif %}
{%- for feed in reconciled_feeds() %}
judged_{{ feed.name }} as (
    select
        record_key,
        row_hash,
        batch_id,
        source_filename,
        line_number,
        payload,
        broken_rules,
        {{ 'updated_at' if feed.has_updated_at else 'cast(null as timestamp)' }}
            as updated_at
    from {{ ref(feed.base) }}
    {%- if is_incremental() %}
    where
        batch_id > (
            select coalesce(max(taken.batch_id), 0) from taken
            where taken.source_table = '{{ feed.name }}'
        )
    {%- endif %}
),

repeated_{{ feed.name }} as (
    select
        record_key,
        batch_id
    from judged_{{ feed.name }}
    group by record_key, batch_id
    having count(*) > 1
),

conflicting_{{ feed.name }} as (
    select
        judged.*,
        row_number() over (
            partition by judged.record_key, judged.batch_id
            order by judged.updated_at desc nulls last, judged.row_hash desc
        ) as version_rank
    from judged_{{ feed.name }} as judged
    inner join repeated_{{ feed.name }} as repeated
        on
            judged.record_key = repeated.record_key
            and judged.batch_id = repeated.batch_id
    where judged.broken_rules is null
),
{% endfor %}
rejected as (
    {%- for feed in reconciled_feeds() %}
    select
        '{{ feed.name }}' as source_table,
        record_key,
        row_hash,
        broken_rules,
        payload,
        source_filename,
        line_number,
        batch_id
    from judged_{{ feed.name }}
    where broken_rules is not null
    union all
    select
        '{{ feed.name }}' as source_table,
        record_key,
        row_hash,
        'duplicate_key,' as broken_rules,
        payload,
        source_filename,
        line_number,
        batch_id
    from conflicting_{{ feed.name }}
    where version_rank > 1
    union all
    {%- endfor %}
    select
        source_table,
        cast(null as varchar) as record_key,
        md5(
            cast(delivery_id as varchar) || ':' || source_filename || ':'
            || cast(line_number as varchar)
        ) as row_hash,
        rule || ',' as broken_rules,
        payload,
        source_filename,
        line_number,
        cast(null as bigint) as batch_id
    from rejected_lines
),

broken_one_by_one as (
    select
        {{ reject_id('rejected', 'rules') }} as reject_id,
        rejected.source_table,
        rejected.record_key,
        rejected.row_hash,
        rules.rule,
        rejected.payload,
        rejected.source_filename,
        rejected.line_number,
        rejected.batch_id
    from rejected
    inner join rules
        on position(',' || rules.rule || ',' in ',' || rejected.broken_rules) > 0
),

open_rejects as (
    select * from broken_one_by_one
    {%- if is_incremental() %}
    union
    select
        reject_id,
        source_table,
        record_key,
        row_hash,
        rule,
        payload,
        source_filename,
        line_number,
        batch_id
    from {{ this }}
    where resolved_at is null
    {%- endif %}
),

resolutions as (
    {%- for feed in reconciled_feeds() %}
    select
        open_rejects.reject_id,
        usable.ingestion_timestamp as resolved_at
    from open_rejects
    inner join {{ ref(feed.staging) }} as usable
        on open_rejects.record_key = usable.record_key
    where
        open_rejects.source_table = '{{ feed.name }}'
        and usable.batch_id > open_rejects.batch_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        -- keys
        open_rejects.reject_id,
        open_rejects.source_table,
        open_rejects.record_key,
        open_rejects.row_hash,

        -- attributes
        open_rejects.rule,
        open_rejects.payload,
        open_rejects.source_filename,
        open_rejects.line_number,

        -- timestamps
        resolutions.resolved_at,

        -- audit
        open_rejects.batch_id
    from open_rejects
    left join resolutions on open_rejects.reject_id = resolutions.reject_id
)

select * from final

-- exception: one step of each kind for each feed, written as loops
{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='reject_id',
        full_refresh=false,
        post_hook="{{ note_checked_batches() }}"
    )
}}

with

rules as (select * from {{ ref('reject_rules') }}),

rejected_lines as (select * from {{ source('landing', 'rejected_lines') }}),
{% for feed in reconciled_feeds() %}
repeated_{{ feed.name }} as (
    select
        record_key,
        batch_id
    from {{ ref(feed.raw) }}
    where {{ is_unchecked(feed.name) }}
    group by record_key, batch_id
    having count(*) > 1
),

broken_{{ feed.name }} as (
    select
        record_key,
        row_hash,
        broken_rules,
        payload,
        source_filename,
        line_number,
        batch_id
    from {{ ref(feed.base) }}
    where broken_rules is not null and {{ is_unchecked(feed.name) }}
),

-- what is needed of a row is read from raw after the few repeated keys are known
usable_repeats_{{ feed.name }} as (
    select delivered.*
    from {{ ref(feed.raw) }} as delivered
    inner join repeated_{{ feed.name }} as repeated
        on
            delivered.record_key = repeated.record_key
            and delivered.batch_id = repeated.batch_id
    left join broken_{{ feed.name }} as broken
        on
            delivered.row_hash = broken.row_hash
            and delivered.batch_id = broken.batch_id
    where broken.row_hash is null
),

conflicting_{{ feed.name }} as (
    select
        record_key,
        row_hash,
        'duplicate_key,' as broken_rules,
        {{ json_row(feed_columns(feed.name)) }} as payload,
        source_filename,
        line_number,
        batch_id,
        row_number() over (
            partition by record_key, batch_id
            order by
                {%- if feed.has_updated_at %}
                {{ parse_timestamp('updated_at') }} desc nulls last,
                {%- endif %}
                row_hash desc
        ) as version_rank
    from usable_repeats_{{ feed.name }}
),
{% endfor %}
rejected as (
    {%- for feed in reconciled_feeds() %}
    {%- for step in ['broken', 'conflicting'] %}
    select
        '{{ feed.name }}' as source_table,
        record_key,
        row_hash,
        broken_rules,
        payload,
        source_filename,
        line_number,
        batch_id
    from {{ step }}_{{ feed.name }}
    {%- if step == 'conflicting' %}
    where version_rank > 1
    {%- endif %}
    union all
    {%- endfor %}
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
        and not usable.is_deleted
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

{#-
    Statement: the newest usable version of each key, one row per key.

    A version that breaks a rule does not replace a good one. Of versions delivered
    together the latest `updated_at` wins, then the largest fingerprint, whatever the
    order of lines. A key deleted since keeps its last content, as `is_deleted`, with
    the batch that deleted it. Incremental runs look only at keys that new batches name,
    and write only what differs: a batch of broken rows alone leaves the table as it is.
    `keys` are columns that carry the feed before them, as they do from here on: stored,
    for a table that puts it there can only be joined once all its rows have it.
    exception: one statement, whose steps make sense together only

        {{ current_versions(
            ref('base_pos__sales'), ['quantity'], 'POS', {'order_line_id': 'sale_id'}
        ) }}
-#}
{% macro current_versions(base, columns, feed='', keys={}, has_updated_at=false) -%}
{{- config(
    indexes=indexes_on(
        ['record_key', 'batch_id', 'load_id'] + (keys | list or columns[:1])
    )
) -}}
with

usable_versions as (
    select * from {{ base }}
    where
        broken_rules is null
        {%- if is_incremental() %}
        {%- set fresh_keys -%}
            select fresh.record_key from {{ base }} as fresh
            where fresh.batch_id > {{ newest_batch() }}
        {%- endset %}
        and {{ is_one_of('record_key', fresh_keys) }}
        {%- endif %}
),

ranked as (
    select
        usable_versions.*,
        row_number() over (
            partition by record_key
            order by
                batch_id desc,
                {%- if has_updated_at %}
                updated_at desc nulls last,
                {%- endif %}
                row_hash desc
        ) as version_rank
    from usable_versions
    where not is_deleted
),

deletions as (
    select
        record_key,
        max(row_hash) as row_hash,
        max(batch_id) as batch_id,
        max(ingestion_timestamp) as ingestion_timestamp
    from usable_versions
    where is_deleted
    group by record_key
),

final as (
    select
        -- keys
        ranked.record_key,
        coalesce(deletions.row_hash, ranked.row_hash) as row_hash,

        -- content
        {%- for key, column in keys.items() %}
        '{{ feed }}-' || ranked.{{ column }} as {{ key }},
        {%- endfor %}
        {%- for column in columns %}
        ranked.{{ column }},
        {%- endfor %}

        -- flags
        deletions.record_key is not null as is_deleted,

        -- audit
        coalesce(deletions.batch_id, ranked.batch_id) as batch_id,
        coalesce(deletions.ingestion_timestamp, ranked.ingestion_timestamp)
            as ingestion_timestamp,
        {{ load_id() }} as load_id
    from ranked
    left join deletions
        on
            ranked.record_key = deletions.record_key
            and ranked.batch_id < deletions.batch_id
    {%- if is_incremental() %}
    left join {{ this }} as loaded
        on
            ranked.record_key = loaded.record_key
            and coalesce(deletions.batch_id, ranked.batch_id) = loaded.batch_id
    {%- endif %}
    where
        ranked.version_rank = 1
        {%- if is_incremental() %}
        and loaded.record_key is null
        {%- endif %}
)

select * from final
{%- endmacro %}

{#-
    Statement: the usable versions that a snapshot does not hold yet, one row each.

    They come from raw's history, not from what is current now, so several versions
    delivered between two builds are all there, and a snapshot made anew is the same.
    A version that comes after a deletion is in force from when it was loaded. Of
    conflicting rows of one batch the one that staging takes stands.
    exception: one statement, whose steps make sense together only

        {{ snapshot_versions(ref('base_pos__products'), ['product_sku', 'brand']) }}
-#}
{% macro snapshot_versions(base, columns) -%}
{%- set snapshot = load_relation(this) if execute else none -%}
with

new_versions as (
    select
        versions.*,
        row_number() over (
            partition by record_key, batch_id
            order by updated_at desc nulls last, row_hash desc
        ) as version_rank
    from {{ base }} as versions
    where
        broken_rules is null
        and not is_deleted
        {%- if snapshot %}
        and batch_id > {{ newest_batch() }}
        {%- endif %}
),

deletions as (
    select
        new_versions.record_key,
        new_versions.batch_id,
        max(deleted.ingestion_timestamp) as deleted_at
    from new_versions
    inner join {{ base }} as deleted
        on new_versions.record_key = deleted.record_key
    where
        new_versions.version_rank = 1
        and deleted.is_deleted
        and deleted.batch_id < new_versions.batch_id
    group by new_versions.record_key, new_versions.batch_id
),

final as (
    select
        -- keys
        new_versions.record_key || '|' || cast(new_versions.batch_id as varchar)
            as version_id,
        new_versions.record_key,
        new_versions.row_hash,

        -- content
        {%- for column in columns %}
        new_versions.{{ column }},
        {%- endfor %}

        -- audit
        greatest(
            coalesce(new_versions.updated_at, new_versions.ingestion_timestamp),
            coalesce(deletions.deleted_at, cast('0001-01-01' as timestamp))
        ) as effective_at,
        new_versions.batch_id,
        new_versions.ingestion_timestamp,
        {{ load_id() }} as load_id
    from new_versions
    left join deletions
        on
            new_versions.record_key = deletions.record_key
            and new_versions.batch_id = deletions.batch_id
    where new_versions.version_rank = 1
)

select * from final
{%- endmacro %}

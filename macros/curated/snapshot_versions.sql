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
{%- set newest = newest_batch() if snapshot -%}
with

versions as (
    -- of windows, not of joins: a planner cannot foresee how few deletions there are
    select
        delivered.*,
        row_number() over (
            partition by record_key, batch_id
            order by is_deleted asc, updated_at desc nulls last, row_hash desc
        ) as version_rank,
        max(case when is_deleted then ingestion_timestamp end) over (
            partition by record_key
            order by batch_id
            range between unbounded preceding and 1 preceding
        ) as deleted_at
    from {{ base }} as delivered
    where
        broken_rules is null
        {%- if snapshot %}
        {%- set fresh_keys -%}
            select fresh.record_key from {{ base }} as fresh
            where fresh.batch_id > {{ newest }}
        {%- endset %}
        and {{ is_one_of('record_key', fresh_keys) }}
        {%- endif %}
),

final as (
    select
        -- keys
        versions.record_key || '|' || cast(versions.batch_id as varchar)
            as version_id,
        versions.record_key,
        versions.row_hash,

        -- content
        {%- for column in columns %}
        versions.{{ column }},
        {%- endfor %}

        -- audit
        greatest(
            coalesce(versions.updated_at, versions.ingestion_timestamp),
            coalesce(versions.deleted_at, cast('0001-01-01' as timestamp))
        ) as effective_at,
        versions.batch_id,
        versions.ingestion_timestamp,
        {{ load_id() }} as load_id
    from versions
    where
        not versions.is_deleted
        and versions.version_rank = 1
        {%- if snapshot %}
        and versions.batch_id > {{ newest }}
        {%- endif %}
)

select * from final
{%- endmacro %}

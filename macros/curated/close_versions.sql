{#-
    Statement: end each version of a snapshot that a later batch replaced or deleted.

    A version ends when the next one came into force, or, where a complete delivery
    lacked the key, when that was loaded.

        post_hook: "{{ close_versions(ref('base_pos__products')) }}"
-#}
{% macro close_versions(base) -%}
    update {{ this }}
    set dbt_valid_to = ends.ended_at
    from (
        with

        events as (
            select
                record_key,
                batch_id,
                version_id,
                dbt_valid_to,
                effective_at as event_at
            from {{ this }}
            union all
            select
                deleted.record_key,
                deleted.batch_id,
                null as version_id,
                null as dbt_valid_to,
                deleted.ingestion_timestamp as event_at
            from {{ base }} as deleted
            where deleted.is_deleted
        ),

        followed as (
            select
                version_id,
                dbt_valid_to,
                lead(event_at) over (
                    partition by record_key order by batch_id
                ) as ended_at
            from events
        )

        select
            followed.version_id as ended_version_id,
            followed.ended_at
        from followed
        where
            followed.version_id is not null
            and followed.dbt_valid_to is null
            and followed.ended_at is not null
    ) as ends
    where version_id = ends.ended_version_id
{%- endmacro %}

{#-
    Statement: the newest usable version of each key, one row per key.

    A version that breaks a rule does not replace a good one. Of versions delivered
    together the latest `updated_at` wins, then the largest fingerprint, whatever the
    order of lines. Incremental runs look only at keys that new batches name.

        {{ current_versions(ref('base_web__orders'), ['order_id', 'status']) }}
-#}
{% macro current_versions(base, columns, has_updated_at=false) -%}
with

usable_versions as (
    select * from {{ base }}
    where
        broken_rules is null
        {%- if is_incremental() %}
        and record_key in (
            select fresh.record_key from {{ base }} as fresh
            where fresh.batch_id
                > (select coalesce(max(loaded.batch_id), 0) from {{ this }} as loaded)
        )
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
),

final as (
    select
        -- keys
        record_key,
        row_hash,

        -- content
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}

        -- audit
        batch_id,
        ingestion_timestamp
    from ranked
    where version_rank = 1
)

select * from final
{%- endmacro %}

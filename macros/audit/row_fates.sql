{#-
    Statement: number of a feed's raw rows in use, rejected and superseded.

    Each fate is counted from its own table, so that a row lost on the way is in none.

        select sum(row_count) from ({{ row_fates(feed, false) }}) as fates
-#}
{% macro row_fates(feed, new_only) -%}
    select count(*) as row_count from {{ ref(feed.staging) }} as in_use
    where {{ is_in_question(feed, new_only, 'in_use') }}
    union all
    select count(distinct row_hash || cast(batch_id as varchar)) as row_count
    from {{ ref('rejected_rows') }} as rejected
    where
        source_table = '{{ feed.name }}'
        and batch_id is not null
        and {{ is_in_question(feed, new_only, 'rejected') }}
    union all
    select count(*) as row_count
    from {{ ref(feed.raw) }} as delivered
    inner join {{ ref(feed.staging) }} as usable
        on delivered.record_key = usable.record_key
    left join (
        select distinct record_key, row_hash, batch_id
        from {{ ref('rejected_rows') }}
        where source_table = '{{ feed.name }}'
    ) as rejected
        on
            delivered.record_key = rejected.record_key
            and delivered.row_hash = rejected.row_hash
            and delivered.batch_id = rejected.batch_id
    where
        delivered.batch_id < usable.batch_id
        and rejected.row_hash is null
        and {{ is_in_question(feed, new_only, 'delivered') }}
    union all
    -- deleted although no version of it was ever usable
    select count(*) as row_count
    from {{ ref(feed.raw) }} as deleted
    left join {{ ref(feed.staging) }} as usable
        on deleted.record_key = usable.record_key
    where
        deleted.is_deleted
        and usable.record_key is null
        and {{ is_in_question(feed, new_only, 'deleted') }}
{%- endmacro %}

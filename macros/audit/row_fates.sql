{#-
    Statement: number of a feed's raw rows in use, rejected and superseded.

    Each fate is counted from its own table, so that a row lost on the way is in none.

        select sum(row_count) from ({{ row_fates(feed) }}) as fates
-#}
{% macro row_fates(feed) -%}
    select count(*) as row_count from {{ ref(feed.staging) }}
    union all
    select count(distinct row_hash || cast(batch_id as varchar)) as row_count
    from {{ ref('rejected_rows') }}
    where source_table = '{{ feed.name }}' and batch_id is not null
    union all
    select count(*) as row_count
    from {{ ref(feed.raw) }} as delivered
    inner join {{ ref(feed.staging) }} as usable
        on delivered.record_key = usable.record_key
    left join (
        select distinct row_hash, batch_id from {{ ref('rejected_rows') }}
        where source_table = '{{ feed.name }}'
    ) as rejected
        on
            delivered.row_hash = rejected.row_hash
            and delivered.batch_id = rejected.batch_id
    where delivered.batch_id < usable.batch_id and rejected.row_hash is null
{%- endmacro %}

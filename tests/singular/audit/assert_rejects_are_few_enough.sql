-- gold waits for this; share of rejected rows in what the newest load of a feed took
with

{% for feed in reconciled_feeds() %}
newest_load_{{ feed.name }} as (
    select
        '{{ feed.name }}' as source_table,
        delivered.batch_id,
        delivered.row_hash
    from {{ ref(feed.raw) }} as delivered
    where
        not delivered.is_deleted
        and delivered.load_id = (
            select max(newest.load_id) from {{ ref(feed.raw) }} as newest
        )
),
{% endfor %}
newest_rows as (
    {%- for feed in reconciled_feeds() %}
    select * from newest_load_{{ feed.name }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

rejects as (
    select distinct
        source_table,
        batch_id,
        row_hash
    from {{ ref('rejected_rows') }}
    where batch_id is not null
),

shares as (
    select
        newest_rows.source_table,
        count(*) as taken_rows,
        count(rejects.row_hash) as rejected_rows,
        {{ ratio('count(rejects.row_hash)', 'count(*)') }} as reject_share
    from newest_rows
    left join rejects
        on
            newest_rows.source_table = rejects.source_table
            and newest_rows.batch_id = rejects.batch_id
            and newest_rows.row_hash = rejects.row_hash
    group by newest_rows.source_table
)

select * from shares
where reject_share > {{ var('max_reject_share') }}

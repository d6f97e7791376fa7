{#-
    Statement: the rows of a landing table that raw has not taken yet.

    A key is taken when what a delivery says of it differs from what the newest
    batch of that key says: one row, or a set of rows where a delivery names a key
    more than once. So a repeat adds nothing, A-B-A gives three versions, and two
    conflicting rows redelivered together stay as they were. Queued deliveries are
    compared each with the one before it. Seeds (delivery_id null) are one delivery
    that is always compared again; landed deliveries are looked at once, and one that
    landed after the build began not yet.

    Keys met once and unknown to raw, nearly all of them on a first load, take a
    short cut past the comparison.

    A delivery that is complete deletes the keys it lacks: each gets a tombstone, a
    version without content whose `is_deleted` is true.

    A version bears the time of its landing, not of the build, so that deliveries make
    the same history however they are cut into builds.

    exception: one statement, whose steps make sense together only

        {{ raw_versions('orders', 'WEB') }}
-#}
{% macro raw_versions(feed, source_system) -%}
{{- config(indexes=indexes_on(['record_key', 'batch_id', 'load_id'])) -}}
{%- set landing = ref(feed) -%}
{%- set columns = feed_columns(feed) -%}
{%- set key = clean_text(adapter.quote(columns[0])) -%}
{#- what row_hash() gives for a row of nulls -#}
{%- set no_content_hash = "md5('')" -%}
{%- set not_taken -%}
    (delivery_id is null or delivery_id < {{ first_waiting_delivery() }})
    {%- if is_incremental() %}
    -- on its own, so that a scan can pass over the parts taken before
    and (
        delivery_id is null
        or delivery_id > {{ as_literal(
            'select coalesce(max(delivery_id), -1) from ' ~ this
        ) }}
    )
    {%- endif %}
{%- endset -%}
with

landed as (
    select
        {%- for column in columns %}
        {{ adapter.quote(column) }},
        {%- endfor %}
        delivery_id,
        source_filename,
        line_number,
        coalesce(delivery_id, 0) as delivery_order,
        {{ row_hash(columns) }} as row_hash,
        {{ record_key(feed) }} as record_key
    from {{ landing }}
    where {{ not_taken }}
),

complete_files as (
    select
        delivery_id,
        source_filename
    from {{ source('landing', 'delivered_files') }}
    where source_table = '{{ feed }}' and is_complete and {{ not_taken }}
),

landed_keys as (
    select
        {{ key }} as record_key,
        count(*) as row_count
    from {{ landing }}
    where {{ not_taken }}
    group by {{ key }}
),

known_keys as (
    select
        record_key,
        delivery_order
    from landed
    {%- if is_incremental() %}
    union all
    select
        record_key,
        -1 as delivery_order
    from {{ this }}
    {%- endif %}
),

lacking as (
    select distinct
        known_keys.record_key,
        complete_files.delivery_id
    from known_keys
    inner join complete_files
        on known_keys.delivery_order < complete_files.delivery_id
    left join landed
        on
            known_keys.record_key = landed.record_key
            and complete_files.delivery_id = landed.delivery_id
    where landed.record_key is null and known_keys.record_key not like 'no key: %'
),
{% if is_incremental() %}
newest_batches as (
    select
        taken.record_key,
        max(taken.batch_id) as batch_id
    from {{ this }} as taken
    where
        taken.record_key in (select landed_keys.record_key from landed_keys)
        or taken.record_key in (select lacking.record_key from lacking)
        or (
            taken.record_key like 'no key: %'
            and exists (select 1 from landed_keys where landed_keys.record_key is null)
        )
    group by taken.record_key
),

taken_sets as (
    select
        taken.record_key,
        {{ sorted_list('taken.row_hash') }} as version_set
    from {{ this }} as taken
    inner join newest_batches
        on
            taken.record_key = newest_batches.record_key
            and taken.batch_id = newest_batches.batch_id
    group by taken.record_key
),
{% endif %}
contested_keys as (
    select record_key from landed_keys
    where row_count > 1 and record_key is not null
    union
    select record_key from lacking
    {%- if is_incremental() %}
    union
    select record_key from newest_batches
    {%- endif %}
),

uncontested as (
    select landed.* from landed
    left join contested_keys on landed.record_key = contested_keys.record_key
    where
        contested_keys.record_key is null
        and landed.record_key not like 'no key: %'
),

contested as (
    select
        landed.*,
        row_number() over (
            partition by landed.record_key, landed.delivery_order, landed.row_hash
            order by landed.line_number asc nulls last, landed.source_filename
        ) as repeat_number,
        false as is_deleted
    from landed
    left join contested_keys on landed.record_key = contested_keys.record_key
    where
        contested_keys.record_key is not null
        or landed.record_key like 'no key: %'
    union all
    select
        {%- for column in columns %}
        cast(null as varchar) as {{ adapter.quote(column) }},
        {%- endfor %}
        lacking.delivery_id,
        complete_files.source_filename,
        cast(null as bigint) as line_number,
        lacking.delivery_id as delivery_order,
        {{ no_content_hash }} as row_hash,
        lacking.record_key,
        1 as repeat_number,
        true as is_deleted
    from lacking
    inner join complete_files on lacking.delivery_id = complete_files.delivery_id
),

delivered_sets as (
    select
        record_key,
        delivery_order,
        {{ sorted_list('row_hash') }} as version_set
    from contested
    group by record_key, delivery_order
    {%- if is_incremental() %}
    union all
    select
        record_key,
        -1 as delivery_order,
        version_set
    from taken_sets
    {%- endif %}
),

compared_sets as (
    select
        record_key,
        delivery_order,
        version_set,
        lag(version_set) over (
            partition by record_key order by delivery_order
        ) as previous_set
    from delivered_sets
),

changed as (
    select contested.* from contested
    inner join compared_sets
        on
            contested.record_key = compared_sets.record_key
            and contested.delivery_order = compared_sets.delivery_order
    where
        contested.repeat_number = 1
        and (
            compared_sets.previous_set is null
            or compared_sets.previous_set != compared_sets.version_set
        )
),

new_versions as (
    {%- for step, is_deleted in [('uncontested', 'false'), ('changed', 'is_deleted')] %}
    select
        {%- for column in columns %}
        {{ adapter.quote(column) }},
        {%- endfor %}
        record_key,
        row_hash,
        delivery_id,
        delivery_order,
        source_filename,
        line_number,
        {{ is_deleted }} as is_deleted
    from {{ step }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

landings as (
    select
        delivery_id as delivery_order,
        min(landed_at) as landed_at
    from {{ source('landing', 'delivered_files') }}
    group by delivery_id
),

new_orders as (select distinct delivery_order from new_versions),

deliveries as (
    select
        new_orders.delivery_order,
        row_number() over (order by new_orders.delivery_order) as delivery_rank,
        coalesce(landings.landed_at, {{ utc_now() }}) as ingestion_timestamp
    from new_orders
    left join landings on new_orders.delivery_order = landings.delivery_order
),

taken_batches as (
    {%- if is_incremental() %}
    select coalesce(max(batch_id), 0) as batch_id from {{ this }}
    {%- else %}
    select 0 as batch_id
    {%- endif %}
),

final as (
    select
        -- keys
        new_versions.record_key,
        new_versions.row_hash,

        -- as delivered
        {%- for column in columns %}
        new_versions.{{ adapter.quote(column) }},
        {%- endfor %}

        -- flags
        new_versions.is_deleted,

        -- audit
        cast(taken_batches.batch_id + deliveries.delivery_rank as bigint) as batch_id,
        cast(new_versions.delivery_id as bigint) as delivery_id,
        cast('{{ source_system }}' as varchar) as source_system,
        cast(new_versions.source_filename as varchar) as source_filename,
        cast(new_versions.line_number as bigint) as line_number,
        deliveries.ingestion_timestamp,
        {{ load_id() }} as load_id
    from new_versions
    inner join deliveries
        on new_versions.delivery_order = deliveries.delivery_order
    cross join taken_batches
)

select * from final
{%- endmacro %}

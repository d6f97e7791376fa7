{%- set segment_types = ['channel', 'customer_segment'] -%}
with

candidates as (select * from {{ ref('int_bundle_candidates') }}),

itemsets_found as (select * from {{ ref('bundle_itemsets') }}),

daily_segments as (select * from {{ ref('int_bundle_daily_segments') }}),

window_days as (select * from {{ ref('int_bundle_window') }}),

frequent as (
    select
        candidates.load_id,
        candidates.itemset_id,
        itemsets_found.itemset_count,
        itemsets_found.basket_count
    from itemsets_found
    inner join candidates on itemsets_found.itemset = candidates.itemset
),

counted as (
    select
        daily_counts.*,
        {{ counts_in_window() }}
    from daily_segments as daily_counts
    cross join window_days
),

segment_counts as (
    {%- for segment_type in segment_types %}
    select
        '{{ segment_type }}' as segment_type,
        {{ segment_type }} as segment,
        candidates_load_id,
        itemset_id,
        cast(sum(mined_count) as bigint) as itemset_count
    from counted
    where {{ segment_type }} not in ('ALL', 'NONE', 'UNKNOWN')
    group by {{ segment_type }}, candidates_load_id, itemset_id
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- of which there are enough baskets to say something
segments as (
    select
        segment_type,
        segment,
        candidates_load_id,
        itemset_count as basket_count
    from segment_counts
    where
        itemset_id = 0
        and itemset_count >= {{ var('bundle_min_segment_baskets') }}
),

final as (
    select
        -- keys
        'ALL' as segment_type,
        'ALL' as segment,
        itemset_id,

        -- measures
        itemset_count,
        basket_count
    from frequent
    union all
    select
        -- keys
        segments.segment_type,
        segments.segment,
        segment_counts.itemset_id,

        -- measures
        segment_counts.itemset_count,
        segments.basket_count
    from segments
    inner join segment_counts
        on
            segments.segment_type = segment_counts.segment_type
            and segments.segment = segment_counts.segment
            and segments.candidates_load_id = segment_counts.candidates_load_id
    inner join frequent
        on
            segment_counts.itemset_id = frequent.itemset_id
            and segment_counts.candidates_load_id = frequent.load_id
    where segment_counts.itemset_count >= {{ var('bundle_min_segment_count') }}
)

select * from final

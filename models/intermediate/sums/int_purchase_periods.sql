{{ config(unique_key='period_start') }}

with

days as (
    select
        event_date,
        units,
        line_count,
        lines_load_id,
        {{ period_start('event_date') }} as period_start
    from {{ ref('int_daily_sales') }}
    where line_count > 0 and event_date != {{ unknown_day() }}
),

last_day as (
    select max(event_date) as last_order_date from days
    where units > 0
),

-- the running period is none yet
periods as (
    select
        days.period_start,
        sum(days.line_count) as line_count,
        max(days.lines_load_id) as lines_load_id
    from days
    cross join last_day
    where
        days.period_start + {{ var('recommendation_period_days') }}
        <= last_day.last_order_date + 1
    group by days.period_start
    having sum(days.units) > 0
),
{% if is_incremental() %}
-- a period that lines were moved to or from, corrected or deleted in; one that is none
-- any more stays, without lines
stale_periods as (
    select
        coalesce(periods.period_start, known_periods.period_start) as period_start,
        coalesce(periods.line_count, 0) as line_count,
        periods.lines_load_id
    from periods
    full outer join {{ this }} as known_periods
        on periods.period_start = known_periods.period_start
    where {{ has_other_rows('periods', 'known_periods', 'line') }}
),
{% else %}
stale_periods as (select * from periods),
{% endif %}
final as (
    select
        -- keys
        period_start,

        -- attributes
        period_start + {{ var('recommendation_period_days') }} - 1 as period_end,

        -- flags
        line_count > 0 as has_sales,

        -- what the period is made of
        cast(line_count as bigint) as line_count,
        lines_load_id,

        -- audit
        {{ load_id() }} as load_id
    from stale_periods
)

select * from final

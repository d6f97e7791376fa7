with

days as (
    -- days with a sale
    select event_date from {{ ref('int_daily_sales') }}
    where units > 0 and event_date != {{ unknown_day() }}
),

last_days as (select max(event_date) as last_day from days),

window_days as (
    select
        days.event_date,
        last_days.last_day
    from days
    cross join last_days
    {%- if var('bundle_window_days') %}
    where
        {{ days_between('days.event_date', 'last_days.last_day') }}
        < {{ var('bundle_window_days') }}
    {%- endif %}
),

-- one row, of nulls where nothing was sold
spans as (
    select
        max(last_day) as last_day,
        {{ days_between('min(event_date)', 'max(last_day)') }} + 1 as day_count
    from window_days
),

final as (
    select
        {%- if var('bundle_window_days') %}
        cast(
            spans.last_day - ({{ var('bundle_window_days') }} - 1) as date
        ) as first_day,
        {%- else %}
        cast(null as date) as first_day,
        {%- endif %}
        -- of few days a fifth is held out, rounded down
        cast(
            spans.last_day - least(
                {{ var('bundle_holdout_days') }},
                cast(floor(spans.day_count / 5.0) as integer)
            ) as date
        ) as mined_until,
        spans.last_day
    from spans
)

select * from final

{%- set digits = range(10) -%}
with

orders as (select * from {{ ref('int_orders') }}),

payments as (select * from {{ ref('int_payments') }}),

refunds as (select * from {{ ref('int_refunds') }}),

impressions as (select * from {{ ref('stg_deals__bandit_transactions') }}),

event_ranges as (
    select
        min(ordered_at) as first_at,
        max(ordered_at) as last_at
    from orders
    union all
    select
        min(paid_at) as first_at,
        max(paid_at) as last_at
    from payments
    union all
    select
        min(refunded_at) as first_at,
        max(refunded_at) as last_at
    from refunds
    union all
    select
        min(shown_at) as first_at,
        max(shown_at) as last_at
    from impressions
),

event_range as (
    select
        cast(min(first_at) as date) as first_date,
        cast(max(last_at) as date) as last_date
    from event_ranges
),

digits as (
    {%- for digit in digits %}
    select {{ digit }} as digit
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

numbers as (
    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as day_number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands
),

calendar_days as (
    select cast(event_range.first_date + numbers.day_number as date) as calendar_date
    from event_range
    inner join numbers
        on
            event_range.last_date
            >= cast(event_range.first_date + numbers.day_number as date)
),

calendar_parts as (
    select
        calendar_date,
        cast(extract(year from calendar_date) as integer) as calendar_year,
        cast(extract(quarter from calendar_date) as integer) as calendar_quarter,
        cast(extract(month from calendar_date) as integer) as calendar_month,
        cast(extract(day from calendar_date) as integer) as calendar_day,
        cast(extract(week from calendar_date) as integer) as iso_week,
        {{ iso_day_of_week('calendar_date') }} as iso_day
    from calendar_days
),

final as (
    select
        -- keys
        cast(
            10000 * calendar_year + 100 * calendar_month + calendar_day as varchar
        ) as time_id,
        calendar_date as "date",

        -- attributes
        calendar_day as "day",
        calendar_month as "month",
        calendar_year as "year",
        calendar_quarter as "quarter",
        iso_week,
        iso_day as day_of_week,

        -- flags
        iso_day >= 6 as is_weekend,
        {{ is_recurring_day('calendar_month', 'calendar_day', var('holidays')) }}
            as is_holiday,
        {{ is_recurring_period('calendar_month', 'calendar_day', var('promotions')) }}
            as is_promo
    from calendar_parts
)

select * from final

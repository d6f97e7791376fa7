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
-- any more stays, without lines. Most corrections ship or pay what was bought: as long
-- as who bought what stays, the build stays, and what is made of periods with it.
stale_periods as (
    select
        coalesce(periods.period_start, known_periods.period_start) as period_start,
        coalesce(periods.line_count, 0) as line_count,
        periods.lines_load_id,
        known_periods.has_sales as had_sales,
        known_periods.sales_hash as known_hash,
        known_periods.load_id as known_load_id
    from periods
    full outer join {{ this }} as known_periods
        on periods.period_start = known_periods.period_start
    where {{ has_other_rows('periods', 'known_periods', 'line') }}
),
{% else %}
stale_periods as (select * from periods),
{% endif %}
hashed_sales as (
    select
        {{ period_start('sales.order_date') }} as period_start,
        {{ hash_number(
            "concat(sales.order_id, '|', sales.product_sku, '|', orders.customer_key)"
        ) }} as sale_hash
    from {{ ref('fact_order_lines') }} as sales
    inner join {{ ref('fact_orders') }} as orders on sales.order_id = orders.order_id
    where
        sales.is_sale
        and sales.order_date >= (
            select min(stale_periods.period_start) from stale_periods
        )
),

sales_hashes as (
    select
        period_start,
        sum(sale_hash) as sales_hash
    from hashed_sales
    group by period_start
),

found as (
    select
        stale_periods.*,
        cast(
            case
                when stale_periods.line_count = 0 then 0
                else coalesce(sales_hashes.sales_hash, 0)
            end as numeric(38, 0)
        ) as sales_hash
    from stale_periods
    left join sales_hashes on stale_periods.period_start = sales_hashes.period_start
),

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
        sales_hash,

        -- audit
        {% if is_incremental() -%}
        case
            when had_sales = (line_count > 0) and known_hash = sales_hash
                then known_load_id
            else {{ load_id() }}
        end as load_id
        {%- else -%}
        {{ load_id() }} as load_id
        {%- endif %}
    from found
)

select * from final

{{ config(unique_key='event_date') }}
{%- set day_columns = {
    'orders': 'order_date',
    'order_lines': 'order_date',
    'payments': 'payment_date',
    'refunds': 'refund_date',
} %}
-- exception: the same sums of four facts are read side by side

with

{% for fact, day in day_columns.items() -%}
{{ fact }} as (
    select
        *,
        coalesce({{ day }}, {{ unknown_day() }}) as event_date
    from {{ ref('fact_' ~ fact) }}
),

{% endfor -%}
rows_per_day as (
    {%- for fact, day in day_columns.items() %}
    select
        '{{ fact }}' as fact,
        coalesce({{ day }}, {{ unknown_day() }}) as event_date,
        count(*) as row_count,
        max(load_id) as rows_load_id
    from {{ ref('fact_' ~ fact) }}
    group by {{ day }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

days as (
    select
        event_date,
        sum(row_count) as row_count,
        max(rows_load_id) as rows_load_id,
        sum(case when fact = 'order_lines' then row_count else 0 end) as line_count,
        max(case when fact = 'order_lines' then rows_load_id end) as lines_load_id
    from rows_per_day
    group by event_date
),
{% if is_incremental() %}
-- a day that rows were moved to or from, corrected or deleted in; one that lost all its
-- rows stays, without any
stale_days as (
    select
        coalesce(days.event_date, summed_days.event_date) as event_date,
        coalesce(days.row_count, 0) as row_count,
        days.rows_load_id,
        coalesce(days.line_count, 0) as line_count,
        days.lines_load_id
    from days
    full outer join {{ this }} as summed_days
        on days.event_date = summed_days.event_date
    where {{ has_other_rows('days', 'summed_days', 'row') }}
),
{% else %}
stale_days as (select * from days),
{% endif %}
orders_per_day as (
    select
        event_date,
        count(case when is_revenue and not is_return_only then 1 end) as total_orders,
        sum(case when is_revenue then 0 else 1 end) as cancelled_orders,
        count(distinct case when is_revenue and not is_return_only then customer_id end)
            as unique_customers,
        count(*) as event_count
    from orders
    where not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
    group by event_date
),

sales_per_day as (
    select
        event_date,
        sum(gross_amount) as gross,
        sum(discount_amount) as discounts,
        sum(line_total) as total_sales,
        sum(quantity) as units
    from order_lines
    where is_sale and not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
    group by event_date
),

payments_per_day as (
    select
        event_date,
        sum(case when is_collected then payment_amount else 0 end) as collected,
        count(*) as event_count
    from payments
    where not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
    group by event_date
),

refunds_per_day as (
    select
        event_date,
        sum(case when is_revenue then refund_amount else 0 end) as refunds,
        sum(case when is_revenue then 0 else refund_amount end) as cancelled_refunds,
        count(*) as event_count
    from refunds
    where not is_deleted {{- and_is_touched('stale_days', 'event_date') }}
    group by event_date
),

final as (
    select
        -- keys
        stale_days.event_date,

        -- measures
        cast(coalesce(orders_per_day.total_orders, 0) as bigint) as total_orders,
        cast(
            coalesce(orders_per_day.cancelled_orders, 0) as bigint
        ) as cancelled_orders,
        cast(
            coalesce(orders_per_day.unique_customers, 0) as bigint
        ) as unique_customers,
        cast(coalesce(sales_per_day.units, 0) as bigint) as units,
        cast(coalesce(sales_per_day.gross, 0) as numeric(18, 2)) as gross,
        cast(coalesce(sales_per_day.discounts, 0) as numeric(18, 2)) as discounts,
        cast(coalesce(sales_per_day.total_sales, 0) as numeric(18, 2)) as total_sales,
        cast(coalesce(refunds_per_day.refunds, 0) as numeric(18, 2)) as refunds,
        cast(coalesce(payments_per_day.collected, 0) as numeric(18, 2)) as collected,
        cast(
            coalesce(refunds_per_day.cancelled_refunds, 0) as numeric(18, 2)
        ) as cancelled_refunds,

        -- flags
        (
            orders_per_day.event_count is not null
            or payments_per_day.event_count is not null
            or refunds_per_day.event_count is not null
        ) as has_events,

        -- what the day was summed of
        cast(stale_days.row_count as bigint) as row_count,
        stale_days.rows_load_id,
        cast(stale_days.line_count as bigint) as line_count,
        stale_days.lines_load_id,

        -- audit
        {{ load_id() }} as load_id
    from stale_days
    left join orders_per_day on stale_days.event_date = orders_per_day.event_date
    left join sales_per_day on stale_days.event_date = sales_per_day.event_date
    left join payments_per_day on stale_days.event_date = payments_per_day.event_date
    left join refunds_per_day on stale_days.event_date = refunds_per_day.event_date
)

select * from final

with

periods as (
    select
        period_start,
        period_end,
        row_number() over (order by period_start) as period
    from {{ ref('int_purchase_periods') }}
    where has_sales
),

last_period as (select max(period) as period from periods),

final as (
    select
        -- keys
        case
            when periods.period = last_period.period then 'judge'
            else 'tune'
        end as fold,

        -- attributes
        periods.period,
        periods.period_start,
        periods.period_end
    from periods
    cross join last_period
    where periods.period > 1 and periods.period >= last_period.period - 1
    union all
    select
        'publish' as fold,
        periods.period + 1 as period,
        periods.period_end + 1 as period_start,
        periods.period_end + {{ var('recommendation_period_days') }} as period_end
    from periods
    inner join last_period on periods.period = last_period.period
)

select * from final

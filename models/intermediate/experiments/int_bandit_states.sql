-- exception: days of arms and how they stand now, side by side
with

bandits as (select * from {{ ref('dim_bandits') }}),

days as (select * from {{ ref('dim_timeframe') }}),

counts_per_day as (
    select * from {{ ref('int_daily_impressions') }}
    where impressions > 0
),

last_days as (
    select
        project_id,
        max(shown_date) as last_date
    from counts_per_day
    group by project_id
),

last_day_of_log as (select max(last_date) as last_date from last_days),

counts_per_arm as (
    select
        project_id,
        bandit_id,
        min(shown_date) as first_date,
        sum(impressions) as impressions,
        sum(clicks) as clicks
    from counts_per_day
    group by project_id, bandit_id
),

-- an arm is in the race from its first showing on: one that joins later leaves the days
-- before as they were

days_of_arms as (
    select
        bandits.bandit_id,
        bandits.project_id,
        days."date" as shown_date,
        coalesce(counts_per_day.impressions, 0) as impressions,
        coalesce(counts_per_day.clicks, 0) as clicks
    from bandits
    inner join counts_per_arm
        on
            bandits.project_id = counts_per_arm.project_id
            and bandits.bandit_id = counts_per_arm.bandit_id
    inner join last_days on bandits.project_id = last_days.project_id
    inner join days
        on
            counts_per_arm.first_date <= days."date"
            and last_days.last_date >= days."date"
    left join counts_per_day
        on
            bandits.project_id = counts_per_day.project_id
            and bandits.bandit_id = counts_per_day.bandit_id
            and days."date" = counts_per_day.shown_date
),

running as (
    select
        bandit_id,
        shown_date,
        impressions,
        clicks,
        sum(impressions) over (
            partition by bandit_id
            order by shown_date
            rows between unbounded preceding and current row
        ) as n,
        sum(clicks) over (
            partition by bandit_id
            order by shown_date
            rows between unbounded preceding and current row
        ) as number_of_success,
        false as is_current
    from days_of_arms
    union all
    -- as of the last event, and of what is known of the arm by now
    select
        bandits.bandit_id,
        {{ last_day_of_all() }} as shown_date,
        0 as impressions,
        0 as clicks,
        coalesce(counts_per_arm.impressions, 0) as n,
        coalesce(counts_per_arm.clicks, 0) as number_of_success,
        true as is_current
    from bandits
    left join counts_per_arm
        on
            bandits.project_id = counts_per_arm.project_id
            and bandits.bandit_id = counts_per_arm.bandit_id
),

final as (
    select
        -- keys
        bandits.project_id,
        bandits.bandit_id,
        running.shown_date,

        -- measures of the day
        cast(running.impressions as bigint) as impressions,
        cast(running.clicks as bigint) as clicks,

        -- measures at the end of the day
        cast(running.n as bigint) as n,
        cast(running.number_of_success as bigint) as number_of_success,
        bandits.prior_alpha + cast(running.number_of_success as double precision)
            as alpha,
        bandits.prior_beta
        + cast(running.n - running.number_of_success as double precision) as beta,

        -- flags
        running.is_current,
        (
            cast(bandits.ended_at as date) <= case
                when running.is_current
                    then greatest(
                        cast(bandits.delivered_at as date), last_day_of_log.last_date
                    )
                else running.shown_date
            end
        ) is true as is_retired
    from running
    inner join bandits on running.bandit_id = bandits.bandit_id
    cross join last_day_of_log
)

select * from final

with

bandits as (select * from {{ ref('dim_bandits') }}),

days as (select * from {{ ref('dim_timeframe') }}),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

project_ranges as (
    select
        project_id,
        min(shown_date) as first_date,
        max(shown_date) as last_date
    from impressions
    group by project_id
),

counts_per_day as (
    select
        project_id,
        bandit_id,
        shown_date,
        count(*) as impressions,
        sum(case when is_clicked then 1 else 0 end) as clicks
    from impressions
    group by project_id, bandit_id, shown_date
),

bandit_days as (
    select
        bandits.project_id,
        bandits.bandit_id,
        days."date" as shown_date,
        coalesce(counts_per_day.impressions, 0) as impressions,
        coalesce(counts_per_day.clicks, 0) as clicks
    from bandits
    inner join project_ranges on bandits.project_id = project_ranges.project_id
    inner join days
        on
            project_ranges.first_date <= days."date"
            and project_ranges.last_date >= days."date"
    left join counts_per_day
        on
            bandits.project_id = counts_per_day.project_id
            and bandits.bandit_id = counts_per_day.bandit_id
            and days."date" = counts_per_day.shown_date
),

running as (
    select
        project_id,
        bandit_id,
        shown_date,
        impressions,
        clicks,
        sum(impressions) over to_date as impressions_to_date,
        sum(clicks) over to_date as clicks_to_date
    from bandit_days
    window to_date as (
        partition by project_id, bandit_id
        order by shown_date
        rows between unbounded preceding and current row
    )
),

final as (
    select
        -- keys
        project_id,
        bandit_id,
        shown_date as "date",

        -- measures of the day
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,

        -- measures at the end of the day
        cast(1 + clicks_to_date as double precision) as alpha,
        cast(1 + impressions_to_date - clicks_to_date as double precision) as beta,
        cast(impressions_to_date as bigint) as n,
        cast(clicks_to_date as bigint) as number_of_success,
        cast(impressions_to_date - clicks_to_date as bigint) as number_of_failures
    from running
)

select * from final

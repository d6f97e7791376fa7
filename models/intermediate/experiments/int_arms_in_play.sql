with

counts_per_day as (
    select * from {{ ref('int_daily_impressions') }}
    where logged_impressions > 0
),

bandits as (select * from {{ ref('dim_bandits') }}),

arms as (
    select
        project_id,
        bandit_id,
        min(shown_date) as first_date
    from counts_per_day
    group by project_id, bandit_id
),

projects as (
    select
        project_id,
        min(shown_date) as first_date,
        max(shown_date) as last_date
    from counts_per_day
    group by project_id
),

final as (
    select
        -- keys
        arms.project_id,
        arms.bandit_id,

        -- attributes; of the day of an arm's first showing it is not known from when on
        -- it could be shown, unless that is the first of all days
        case
            when arms.first_date = projects.first_date then arms.first_date
            else arms.first_date + 1
        end as from_date,
        least(projects.last_date, cast(bandits.ended_at as date) - 1) as until_date
    from arms
    inner join projects on arms.project_id = projects.project_id
    left join bandits
        on
            arms.project_id = bandits.project_id
            and arms.bandit_id = bandits.bandit_id
)

select * from final

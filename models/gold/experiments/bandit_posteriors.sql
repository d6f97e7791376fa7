with

bandits as (select * from {{ ref('dim_bandits') }}),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

counts_per_bandit as (
    select
        project_id,
        bandit_id,
        count(*) as impressions,
        sum(case when is_clicked then 1 else 0 end) as clicks
    from impressions
    group by project_id, bandit_id
),

final as (
    select
        -- keys
        bandits.project_id,
        bandits.bandit_id,

        -- attributes
        bandits.bandit_name,

        -- measures: uniform prior Beta(1, 1) and what the log shows
        cast(1 + coalesce(counts_per_bandit.clicks, 0) as double precision) as alpha,
        cast(
            1 + coalesce(counts_per_bandit.impressions, 0)
            - coalesce(counts_per_bandit.clicks, 0) as double precision
        ) as beta,
        cast(coalesce(counts_per_bandit.impressions, 0) as bigint) as n,
        cast(coalesce(counts_per_bandit.clicks, 0) as bigint) as number_of_success,
        cast(
            coalesce(counts_per_bandit.impressions, 0)
            - coalesce(counts_per_bandit.clicks, 0) as bigint
        ) as number_of_failures,

        -- flags
        (
            bandits.landed_n = coalesce(counts_per_bandit.impressions, 0)
            and bandits.landed_number_of_success
            = coalesce(counts_per_bandit.clicks, 0)
        ) is true as is_landed_counter_right
    from bandits
    left join counts_per_bandit
        on
            bandits.project_id = counts_per_bandit.project_id
            and bandits.bandit_id = counts_per_bandit.bandit_id
)

select * from final

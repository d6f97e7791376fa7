with

projects as (select * from {{ ref('dim_projects') }}),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

arms_per_customer as (
    select
        project_id,
        customer_id,
        count(distinct bandit_id) as arm_count
    from impressions
    where customer_id is not null
    group by project_id, customer_id
),

customers_per_project as (
    select
        project_id,
        count(*) as customers,
        sum(case when arm_count > 1 then 1 else 0 end) as customers_in_several_arms
    from arms_per_customer
    group by project_id
),

log_per_project as (
    select
        project_id,
        count(*) as impressions,
        sum(case when is_clicked then 1 else 0 end) as clicks,
        count(distinct bandit_id) as bandits_seen,
        sum(case when is_unknown_bandit then 1 else 0 end)
            as unknown_bandit_impressions,
        sum(
            case when propensity > 0 and propensity <= 1 then 0 else 1 end
        ) as missing_propensity
    from impressions
    group by project_id
),

final as (
    select
        -- keys
        projects.project_id,

        -- attributes
        projects.project_name,

        -- measures
        projects.number_of_bandits,
        projects.actual_bandits,
        cast(coalesce(log_per_project.bandits_seen, 0) as bigint) as bandits_seen,
        cast(coalesce(log_per_project.impressions, 0) as bigint) as impressions,
        cast(coalesce(log_per_project.clicks, 0) as bigint) as clicks,
        {{ ratio('log_per_project.clicks', 'log_per_project.impressions') }}
            as click_share,
        cast(coalesce(customers_per_project.customers, 0) as bigint) as customers,
        cast(
            coalesce(customers_per_project.customers_in_several_arms, 0) as bigint
        ) as customers_in_several_arms,
        cast(
            coalesce(log_per_project.missing_propensity, 0) as bigint
        ) as missing_propensity,
        cast(
            coalesce(log_per_project.unknown_bandit_impressions, 0) as bigint
        ) as unknown_bandit_impressions,

        -- flags
        (
            projects.number_of_bandits = projects.actual_bandits
        ) is true as is_declared_right
    from projects
    left join log_per_project on projects.project_id = log_per_project.project_id
    left join customers_per_project
        on projects.project_id = customers_per_project.project_id
)

select * from final

{%- set is_prior_usable -%}
    (
        bandits.prior_alpha between 0.5 and 1e9
        and bandits.prior_beta between 0.5 and 1e9
    )
{%- endset -%}
with

bandits as (select * from {{ ref('stg_deals__bandits') }}),

projects as (select * from {{ ref('stg_deals__projects') }}),

versions as (
    select * from {{ ref('base_deals__bandits') }}
    where broken_rules is null and not is_deleted
),

-- one delivery may name an arm in two projects; which of its rows counts is no matter
projects_per_bandit as (
    select
        bandits.bandit_id,
        count(distinct versions.project_id) as project_count
    from bandits
    inner join versions
        on
            bandits.record_key = versions.record_key
            and bandits.batch_id = versions.batch_id
    group by bandits.bandit_id
),

final as (
    select
        -- keys
        bandits.bandit_id,
        bandits.project_id,

        -- attributes
        bandits.bandit_name,
        bandits.product_sku,
        bandits.rule_id,

        -- measures
        case
            when {{ is_prior_usable }} then bandits.prior_alpha
            else cast({{ var('bandit_prior_alpha') }} as double precision)
        end as prior_alpha,
        case
            when {{ is_prior_usable }} then bandits.prior_beta
            else cast({{ var('bandit_prior_beta') }} as double precision)
        end as prior_beta,
        bandits.alpha as landed_alpha,
        bandits.beta as landed_beta,
        bandits.n as landed_n,
        bandits.number_of_success as landed_number_of_success,
        bandits.number_of_failures as landed_number_of_failures,

        -- flags
        bandits.is_deleted,
        projects.project_id is not null as has_project,
        {{ is_prior_usable }} is true as has_prior,
        coalesce(projects_per_bandit.project_count, 1) > 1 as is_in_several_projects,

        -- timestamps; least() passes over what is null
        bandits.retired_at,
        least(
            bandits.retired_at,
            case when bandits.is_deleted then bandits.ingestion_timestamp end,
            case when projects.is_deleted then projects.ingestion_timestamp end
        ) as ended_at,
        bandits.ingestion_timestamp as delivered_at
    from bandits
    left join projects on bandits.project_id = projects.project_id
    left join projects_per_bandit on bandits.bandit_id = projects_per_bandit.bandit_id
)

select * from final

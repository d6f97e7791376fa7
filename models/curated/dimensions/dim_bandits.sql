with

bandits as (select * from {{ ref('stg_deals__bandits') }}),

projects as (select * from {{ ref('stg_deals__projects') }}),

final as (
    select
        -- keys
        bandits.bandit_id,
        bandits.project_id,

        -- attributes
        bandits.bandit_name,

        -- measures
        bandits.alpha as landed_alpha,
        bandits.beta as landed_beta,
        bandits.n as landed_n,
        bandits.number_of_success as landed_number_of_success,
        bandits.number_of_failures as landed_number_of_failures,

        -- flags
        projects.project_id is not null as has_project
    from bandits
    left join projects on bandits.project_id = projects.project_id
)

select * from final

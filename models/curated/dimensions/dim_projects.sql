with

projects as (select * from {{ ref('stg_deals__projects') }}),

bandits as (select * from {{ ref('stg_deals__bandits') }}),

arms_per_project as (
    select
        project_id,
        count(*) as arm_count
    from bandits
    where not is_deleted
    group by project_id
),

final as (
    select
        -- keys
        projects.project_id,

        -- attributes
        projects.project_name,
        projects.project_description,

        -- measures
        projects.number_of_bandits,
        cast(coalesce(arms_per_project.arm_count, 0) as integer) as actual_bandits,

        -- flags
        projects.is_deleted
    from projects
    left join arms_per_project on projects.project_id = arms_per_project.project_id
)

select * from final

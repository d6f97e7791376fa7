{%- set settings = [
    'bandit_floor', 'bandit_top_two', 'bandit_min_impressions',
] -%}
with

posteriors as (
    select * from {{ ref('int_bandit_posteriors') }}
    where is_current and not is_retired
),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

last_showings as (
    select
        project_id,
        max(shown_at) as as_of
    from impressions
    group by project_id
),

-- what the shares follow from, as text: the same shares have the same version
versions as (
    select
        project_id,
        md5(
            {%- for name in settings %}
            '{{ var(name) }} ' ||
            {%- endfor %}
            {{ sorted_list(
                in_byte_order(
                    "(bandit_id || ' '"
                    " || cast(cast(alpha as numeric(18, 6)) as varchar) || ' '"
                    " || cast(cast(beta as numeric(18, 6)) as varchar))"
                )
            ) }}
        ) as allocation_version
    from posteriors
    group by project_id
),

final as (
    select
        -- keys
        posteriors.project_id,
        posteriors.bandit_id,

        -- attributes
        versions.allocation_version,

        -- measures
        posteriors.next_weight,
        posteriors.alpha,
        posteriors.beta,
        posteriors.prob_best,
        posteriors.floor_share,
        cast({{ var('bandit_top_two') }} as double precision) as top_two,

        -- flags
        posteriors.is_exploring,

        -- timestamps
        last_showings.as_of
    from posteriors
    inner join versions on posteriors.project_id = versions.project_id
    left join last_showings on posteriors.project_id = last_showings.project_id
)

select * from final

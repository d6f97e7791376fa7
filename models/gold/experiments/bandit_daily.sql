with

posteriors as (
    select * from {{ ref('int_bandit_posteriors') }}
    where not is_current
),

final as (
    select
        -- keys
        project_id,
        bandit_id,
        shown_date as "date",

        -- measures of the day
        impressions,
        clicks,

        -- measures at the end of the day
        alpha,
        beta,
        n,
        number_of_success,
        number_of_failures,
        mean,
        ci_low,
        ci_high,
        prob_best,
        expected_loss,
        next_weight,

        -- flags
        is_retired,
        is_exploring
    from posteriors
)

select * from final

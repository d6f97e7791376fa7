with

posteriors as (
    select * from {{ ref('int_bandit_posteriors') }}
    where is_current
),

bandits as (select * from {{ ref('dim_bandits') }}),

final as (
    select
        -- keys
        posteriors.project_id,
        posteriors.bandit_id,

        -- attributes
        bandits.bandit_name,

        -- measures
        posteriors.alpha,
        posteriors.beta,
        posteriors.n,
        posteriors.number_of_success,
        posteriors.number_of_failures,
        posteriors.mean,
        posteriors.ci_low,
        posteriors.ci_high,
        posteriors.prob_best,
        posteriors.expected_loss,
        posteriors.next_weight,

        -- flags
        (
            bandits.landed_n = posteriors.n
            and bandits.landed_number_of_success = posteriors.number_of_success
            and bandits.landed_number_of_failures = posteriors.number_of_failures
            and abs(bandits.landed_alpha - posteriors.alpha) < 1e-6
            and abs(bandits.landed_beta - posteriors.beta) < 1e-6
        ) is true as is_landed_counter_right,
        posteriors.is_retired,
        posteriors.is_exploring
    from posteriors
    inner join bandits on posteriors.bandit_id = bandits.bandit_id
)

select * from final

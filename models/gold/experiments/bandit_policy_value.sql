-- exception: three estimators of one value, whose steps are read side by side
with

posteriors as (
    select * from {{ ref('int_bandit_posteriors') }}
    where is_current
),

counts_per_day as (select * from {{ ref('int_daily_impressions') }}),

arms_in_play as (select * from {{ ref('int_arms_in_play') }}),

policies as (
    select
        project_id,
        'always ' || bandit_id as policy_name,
        bandit_id,
        cast(1 as double precision) as arm_share
    from posteriors
    union all
    select
        project_id,
        'uniform' as policy_name,
        bandit_id,
        {{ ratio('1', 'count(*) over (partition by project_id)') }} as arm_share
    from posteriors
    where not is_retired
    union all
    select
        project_id,
        'next allocation' as policy_name,
        bandit_id,
        next_weight as arm_share
    from posteriors
    where not is_retired
),

-- the days on which all arms of the policy could be shown: the log of others says
-- nothing of it
windows as (
    select
        policies.project_id,
        policies.policy_name,
        max(arms_in_play.from_date) as from_date,
        min(arms_in_play.until_date) as until_date
    from policies
    inner join arms_in_play
        on
            policies.project_id = arms_in_play.project_id
            and policies.bandit_id = arms_in_play.bandit_id
    where policies.arm_share > 0
    group by policies.project_id, policies.policy_name
),

logged_arms as (
    select
        windows.project_id,
        windows.policy_name,
        counts_per_day.bandit_id,
        sum(counts_per_day.logged_impressions) as logged_impressions,
        {{ exact_sum('counts_per_day.inverse_propensity', places=9) }}
            as weight,
        {{ exact_sum('counts_per_day.clicked_inverse', places=9) }}
            as clicked_weight,
        {{ exact_sum('counts_per_day.inverse_square', places=9) }}
            as square,
        {{ exact_sum('counts_per_day.clicked_inverse_square', places=9) }}
            as clicked_square
    from windows
    inner join counts_per_day
        on
            windows.project_id = counts_per_day.project_id
            and windows.from_date <= counts_per_day.shown_date
            and windows.until_date >= counts_per_day.shown_date
    group by windows.project_id, windows.policy_name, counts_per_day.bandit_id
),

-- those of arms that nobody has heard of among them
showings as (
    select
        project_id,
        policy_name,
        sum(logged_impressions) as logged_impressions
    from logged_arms
    group by project_id, policy_name
    having sum(logged_impressions) > 0
),

-- what showings of an arm add to the sums of the policy's weight, share / propensity,
-- of its square, and of both with the click; the reward model of the doubly robust
-- estimator is the posterior's mean
parts as (
    select
        policies.project_id,
        policies.policy_name,
        showings.logged_impressions,
        policies.arm_share * posteriors.mean as expected_rate,
        policies.arm_share * logged_arms.weight as weight,
        policies.arm_share * logged_arms.clicked_weight as clicked_weight,
        power(policies.arm_share, 2) * logged_arms.square as square,
        power(policies.arm_share, 2) * logged_arms.clicked_square as clicked_square,
        policies.arm_share * (
            logged_arms.clicked_weight - posteriors.mean * logged_arms.weight
        ) as correction,
        power(policies.arm_share, 2) * (
            logged_arms.clicked_square * (1 - 2 * posteriors.mean)
            + logged_arms.square * power(posteriors.mean, 2)
        ) as correction_square,
        case when logged_arms.weight > 0 then policies.arm_share else 0 end
            as covered_share
    from policies
    inner join showings
        on
            policies.project_id = showings.project_id
            and policies.policy_name = showings.policy_name
    inner join posteriors
        on
            policies.project_id = posteriors.project_id
            and policies.bandit_id = posteriors.bandit_id
    left join logged_arms
        on
            policies.project_id = logged_arms.project_id
            and policies.policy_name = logged_arms.policy_name
            and policies.bandit_id = logged_arms.bandit_id
),

sums as (
    select
        project_id,
        policy_name,
        {%- for name in [
            'expected_rate', 'weight', 'clicked_weight', 'square', 'clicked_square',
            'correction', 'correction_square', 'covered_share',
        ] %}
        {{ exact_sum(name, places=12) }} as {{ name }},
        {%- endfor %}
        cast(max(logged_impressions) as double precision) as showings
    from parts
    group by project_id, policy_name
),

-- Dudík, Erhan, Langford & Li, Doubly robust policy evaluation and optimization,
-- Statistical Science 29 (2014): equations 2 and 4; self-normalised: Swaminathan &
-- Joachims, NIPS 2015, with the standard error of a ratio
valued as (
    select
        *,
        clicked_weight / showings as ips,
        sqrt(greatest(
            0, clicked_square / showings - power(clicked_weight / showings, 2)
        ) / showings) as ips_error,
        {{ ratio('clicked_weight', 'weight') }} as snips,
        {{ ratio(
            'sqrt(greatest(0, clicked_square
                * (1 - 2 * clicked_weight / nullif(weight, 0))
                + square * power(clicked_weight / nullif(weight, 0), 2)))',
            'weight'
        ) }} as snips_error,
        -- of arms that the log lacks a prior is no model
        case
            when covered_share > 1 - 1e-6
                then expected_rate + correction / showings
        end as dr,
        case
            when covered_share > 1 - 1e-6
                then sqrt(greatest(
                    0, correction_square / showings - power(correction / showings, 2)
                ) / showings)
        end as dr_error
    from sums
    where weight > 0
),

final as (
    select
        -- keys
        project_id,
        policy_name,

        -- measures
        cast(showings as bigint) as logged_impressions,
        covered_share,
        {{ ratio('weight * weight', 'square') }} as effective_sample_size,
        ips,
        ips_error,
        ips - 1.959963984540054 * ips_error as ips_low,
        ips + 1.959963984540054 * ips_error as ips_high,
        snips,
        snips_error,
        snips - 1.959963984540054 * snips_error as snips_low,
        snips + 1.959963984540054 * snips_error as snips_high,
        dr,
        dr_error,
        dr - 1.959963984540054 * dr_error as dr_low,
        dr + 1.959963984540054 * dr_error as dr_high
    from valued
)

select * from final

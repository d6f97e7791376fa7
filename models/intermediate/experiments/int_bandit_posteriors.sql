-- exception: one share of showings, in the steps in which it is explained
with

states as (select * from {{ ref('int_bandit_states') }}),

integrals as (select * from {{ ref('int_bandit_integrals') }}),

racing as (
    select
        states.project_id,
        states.bandit_id,
        states.shown_date,
        states.n,
        integrals.prob_best,
        row_number() over (
            partition by states.project_id, states.shown_date
            order by
                integrals.prob_best desc,
                {{ in_byte_order('states.bandit_id') }} asc
        ) as place
    from states
    inner join integrals
        on
            states.project_id = integrals.project_id
            and states.bandit_id = integrals.bandit_id
            and states.shown_date = integrals.shown_date
    where not states.is_retired
),

-- the chance that another arm leads; that of the leader's rivals is added up, because a
-- difference from 1 would lose it
rivals as (
    select
        *,
        count(*) over of_project as arm_count,
        min(n) over of_project as fewest_impressions,
        case
            when place = 1
                then {{ exact_sum(
                    'case when place > 1 then prob_best else 0 end',
                    'over of_project',
                    places=30
                ) }}
            else 1 - prob_best
        end as rivals_best
    from racing
    window of_project as (partition by project_id, shown_date)
),

-- who leads a draw is shown with a chance of bandit_top_two; else draws are repeated
-- until another leads (Russo, Simple Bayesian algorithms for best-arm identification,
-- Operations Research 68, 2020, section 3)
odds as (
    select
        *,
        coalesce({{ ratio('prob_best', 'rivals_best') }}, 0) as odds_best,
        sum(coalesce({{ ratio('prob_best', 'rivals_best') }}, 0)) over (
            partition by project_id, shown_date
            order by place
            rows between unbounded preceding and 1 preceding
        ) as odds_before,
        sum(coalesce({{ ratio('prob_best', 'rivals_best') }}, 0)) over (
            partition by project_id, shown_date
            order by place
            rows between 1 following and unbounded following
        ) as odds_after
    from rivals
),

led as (
    select
        *,
        prob_best * (
            {{ var('bandit_top_two') }} + (1 - {{ var('bandit_top_two') }})
            * (coalesce(odds_before, 0) + coalesce(odds_after, 0))
        ) as top_two_share,
        least(
            cast({{ var('bandit_floor') }} as double precision),
            {{ ratio('0.5', 'arm_count') }}
        ) as floor_share
    from odds
),

weights as (
    select
        *,
        case
            when fewest_impressions < {{ var('bandit_min_impressions') }}
                then {{ ratio('1', 'arm_count') }}
            else
                floor_share
                + (1 - arm_count * floor_share) * top_two_share / {{ exact_sum(
                    'top_two_share',
                    'over (partition by project_id, shown_date)',
                    places=30
                ) }}
        end as next_weight,
        fewest_impressions < {{ var('bandit_min_impressions') }} as is_exploring
    from led
),

final as (
    select
        -- keys
        states.project_id,
        states.bandit_id,
        states.shown_date,

        -- measures of the day
        states.impressions,
        states.clicks,

        -- measures at the end of the day; engines differ in what is smaller still
        states.alpha,
        states.beta,
        states.n,
        states.number_of_success,
        states.n - states.number_of_success as number_of_failures,
        states.alpha / (states.alpha + states.beta) as mean,
        integrals.ci_low,
        integrals.ci_high,
        case
            when integrals.prob_best < 1e-12 then 0 else integrals.prob_best
        end as prob_best,
        case
            when integrals.expected_loss < 1e-6 then 0 else integrals.expected_loss
        end as expected_loss,
        weights.floor_share,
        coalesce(weights.next_weight, 0) as next_weight,

        -- flags
        states.is_current,
        states.is_retired,
        coalesce(weights.is_exploring, false) as is_exploring
    from states
    inner join integrals
        on
            states.project_id = integrals.project_id
            and states.bandit_id = integrals.bandit_id
            and states.shown_date = integrals.shown_date
    left join weights
        on
            states.bandit_id = weights.bandit_id
            and states.shown_date = weights.shown_date
)

select * from final

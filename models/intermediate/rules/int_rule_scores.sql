-- exception: one formula in the order in which it is explained
with

counts as (select * from {{ ref('int_rule_counts') }}),

totals as (
    select
        fold,
        count(*) as rule_count,
        cast(sum(past_a) as double precision) as cases,
        cast(sum(past_a * past_a) as double precision) as squared_cases,
        {{ ratio('sum(past_ab) + 1', 'sum(past_a) + 2') }} as mean_share
    from counts
    where past_a > 0
    group by fold
),

spread as (
    select
        counts.fold,
        sum(
            counts.past_a * power(
                {{ ratio('counts.past_ab', 'counts.past_a') }} - totals.mean_share, 2
            )
        ) as squared_distances
    from counts
    inner join totals on counts.fold = totals.fold
    where counts.past_a > 0
    group by counts.fold
),

-- how much rules differ beyond chance: Kleinman's moments (JASA 68, 1973)
correlations as (
    select
        totals.fold,
        totals.mean_share,
        least(0.5, greatest(0.001, coalesce({{ ratio(
            'spread.squared_distances - totals.mean_share * (1 - totals.mean_share)
                * (totals.rule_count - 1)',
            'totals.mean_share * (1 - totals.mean_share)
                * (totals.cases - totals.squared_cases / totals.cases
                    - (totals.rule_count - 1))'
        ) }}, 0.5))) as rule_correlation
    from totals
    inner join spread on totals.fold = spread.fold
),

-- so many customers, of whom the mean share bought, every rule is given beforehand
shrunk as (
    select
        counts.*,
        {{ ratio('counts.count_ab + 1', 'counts.count_a + 2') }} as basket_score,
        correlations.mean_share as base_score,
        {{ ratio(
            'counts.past_ab + correlations.mean_share
                * (1 / correlations.rule_correlation - 1)',
            'counts.past_a + 1 / correlations.rule_correlation - 1'
        ) }} as shrunk_score
    from counts
    left join correlations on counts.fold = correlations.fold
),

scored as (
    select
        *,
        ln(shrunk_score / (1 - shrunk_score)) as score_logit
    from shrunk
),

case_counts as (
    select
        fold,
        sum(next_a) as cases
    from counts
    group by fold
),

-- what became of a fold's scores teaches the next fold. One customer is a case of many
-- rules: together the cases count for no more than there are customers.
outcomes as (
    select
        case when scored.fold = 'tune' then 'judge' else 'publish' end as fold,
        scored.score_logit,
        scored.next_a * least(1, {{ ratio(
            'scored.next_customers', 'case_counts.cases'
        ) }}) as trials,
        scored.next_ab * least(1, {{ ratio(
            'scored.next_customers', 'case_counts.cases'
        ) }}) as successes
    from scored
    inner join case_counts on scored.fold = case_counts.fold
    where
        scored.fold != 'publish'
        and scored.next_a > 0
        and scored.score_logit is not null
),

{{ calibration_steps(15) }},

final as (
    select
        -- keys
        scored.fold,
        scored.rule_id,

        -- attributes
        case
            when scored.shrunk_score is null then 'rules-1'
            when calibration.fold is null then 'beta-1'
            else 'beta-logit-1'
        end as model_version,

        -- measures
        scored.past_b,
        scored.past_customers,
        scored.next_a,
        scored.next_ab,
        scored.base_score,
        scored.basket_score,
        scored.shrunk_score,
        coalesce(
            {{ logistic(
                'calibration.intercept + calibration.slope * scored.score_logit'
            ) }},
            scored.shrunk_score,
            scored.basket_score
        ) as score
    from scored
    left join calibration on scored.fold = calibration.fold
)

select * from final

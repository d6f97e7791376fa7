with

judged as (select * from {{ ref('int_judged_scores') }}),

reliability as (select * from {{ ref('recommendation_reliability') }}),

folds as (
    select * from {{ ref('int_purchase_folds') }}
    where fold = 'judge'
),

totals as (
    select
        model_name,
        count(*) as rule_count,
        cast(sum(cases) as double precision) as cases,
        cast(sum(successes) as double precision) as successes,
        sum(cases * score) as expected_successes,
        sum(
            successes * power(1 - score, 2) + (cases - successes) * power(score, 2)
        ) as squared_errors,
        0 - sum(
            successes * ln(greatest(score, 0.000000000001))
            + (cases - successes) * ln(greatest(1 - score, 0.000000000001))
        ) as surprise
    from judged
    group by model_name
),

-- rank-sum: how many pairs of a case with and one without the purchase are in order
cases_per_score as (
    select
        model_name,
        score,
        sum(successes) as successes,
        sum(cases - successes) as failures
    from judged
    group by model_name, score
),

failures_below as (
    select
        model_name,
        successes,
        failures,
        sum(failures) over (
            partition by model_name
            order by score
            rows between unbounded preceding and current row
        ) - failures as lower_failures
    from cases_per_score
),

pairs as (
    select
        model_name,
        sum(
            successes * (lower_failures + {{ ratio('failures', 2) }})
        ) as ordered_pairs,
        cast(sum(successes) as double precision)
        * cast(sum(failures) as double precision) as all_pairs
    from failures_below
    group by model_name
),

gaps as (
    select
        model_name,
        sum(case_count * abs(mean_score - observed_share)) as gap
    from reliability
    group by model_name
),

base_rate as (
    select {{ ratio('squared_errors', 'cases') }} as brier_score from totals
    where model_name = 'base rate'
),

final as (
    select
        -- keys
        totals.model_name,

        -- measures
        cast(totals.rule_count as bigint) as rule_count,
        cast(totals.cases as bigint) as case_count,
        cast(totals.successes as bigint) as bought_count,
        {{ ratio('totals.expected_successes', 'totals.cases') }} as mean_score,
        {{ ratio('totals.successes', 'totals.cases') }} as observed_share,
        {{ ratio('totals.squared_errors', 'totals.cases') }} as brier_score,
        base_rate.brier_score as base_brier_score,
        {{ ratio('totals.surprise', 'totals.cases') }} as log_loss,
        {{ ratio('pairs.ordered_pairs', 'pairs.all_pairs') }} as auc,
        {{ ratio('gaps.gap', 'totals.cases') }} as calibration_error,

        -- flags
        totals.model_name = 'beta-logit-1' as is_published,

        -- timestamps
        folds.period_start as holdout_start,
        folds.period_end as holdout_end
    from totals
    inner join pairs on totals.model_name = pairs.model_name
    inner join gaps on totals.model_name = gaps.model_name
    cross join folds
    left join base_rate on true
)

select * from final

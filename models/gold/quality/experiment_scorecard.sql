{%- set estimators = {
    'ips': 'inverse propensity scores',
    'snips': 'self-normalised scores',
    'dr': 'doubly robust',
} -%}
-- exception: four subjects of two or three short steps, read from top to bottom
with

truth_arms as (select * from {{ ref('truth_arms') }}),

bandit_posteriors as (select * from {{ ref('bandit_posteriors') }}),

policy_values as (select * from {{ ref('bandit_policy_value') }}),

health as (select * from {{ ref('experiment_health') }}),

arms as (
    select
        bandit_posteriors.*,
        cast(truth_arms.click_rate as double precision) as click_rate,
        lower(truth_arms.is_best) = 'true' as is_best
    from bandit_posteriors
    inner join truth_arms
        on
            bandit_posteriors.project_id = truth_arms.project_id
            and bandit_posteriors.bandit_id = truth_arms.bandit_id
),

true_values as (
    select
        project_id,
        'always ' || bandit_id as policy_name,
        click_rate as true_value
    from arms
    union all
    select
        project_id,
        'uniform' as policy_name,
        avg(click_rate) as true_value
    from arms
    where not is_retired
    group by project_id
    union all
    select
        project_id,
        'next allocation' as policy_name,
        sum(next_weight * click_rate) as true_value
    from arms
    group by project_id
),

-- of so many intervals of 95 % how many hold what is true
coverages as (
    select
        'click rates within their 95 % intervals' as check_name,
        avg(case when click_rate between ci_low and ci_high then 1.0 else 0.0 end)
            as covered_share,
        count(*) as interval_count
    from arms
    {%- for name, description in estimators.items() %}
    union all
    select
        'policy values within their 95 % intervals: {{ description }}' as check_name,
        avg(
            case
                when
                    true_values.true_value >= policy_values.{{ name }}_low
                    and true_values.true_value <= policy_values.{{ name }}_high
                    then 1.0
                else 0.0
            end
        ) as covered_share,
        count(*) as interval_count
    from policy_values
    inner join true_values
        on
            policy_values.project_id = true_values.project_id
            and policy_values.policy_name = true_values.policy_name
    where policy_values.{{ name }}_low is not null
    {%- endfor %}
),

-- 93 to 97 %, or what 99 of 100 such samples have where there are few
coverage_checks as (
    select
        check_name,
        cast(0.95 as double precision) as expected,
        cast(covered_share as double precision) as actual,
        0.95 - greatest(0.02, 2.576 * sqrt(0.95 * 0.05 / interval_count))
            as smallest_pass,
        0.95 + greatest(0.02, 2.576 * sqrt(0.95 * 0.05 / interval_count))
            as largest_pass
    from coverages
    where interval_count > 0
),

-- what is said to be the best with some chance is the best as often
chances as (
    select
        least(9, floor(prob_best * 10)) as tenth,
        avg(prob_best) as expected,
        avg(case when is_best then 1.0 else 0.0 end) as actual,
        3 * sqrt(sum(prob_best * (1 - prob_best))) / count(*) as tolerance
    from arms
    where prob_best is not null
    group by least(9, floor(prob_best * 10))
),

chance_checks as (
    select
        'best arms among those with a chance in tenth '
        || cast(cast(tenth + 1 as integer) as varchar) as check_name,
        cast(expected as double precision) as expected,
        cast(actual as double precision) as actual,
        expected - tolerance as smallest_pass,
        expected + tolerance as largest_pass
    from chances
),

decision_checks as (
    select
        'best arms found where there is enough data' as check_name,
        cast(1 as double precision) as expected,
        cast(avg(case when arms.is_best then 1.0 else 0.0 end) as double precision)
            as actual,
        cast(0.95 as double precision) as smallest_pass,
        cast(1 as double precision) as largest_pass
    from health
    inner join arms
        on
            health.project_id = arms.project_id
            and health.leading_bandit_id = arms.bandit_id
    where health.has_enough_data
    having count(*) > 0
),

checks as (
    select * from coverage_checks
    union all
    select * from chance_checks
    union all
    select * from decision_checks
),

final as (
    select
        -- keys
        check_name,

        -- measures
        cast(expected as double precision) as expected,
        cast(actual as double precision) as actual,
        cast(smallest_pass as double precision) as smallest_pass,
        cast(largest_pass as double precision) as largest_pass
    from checks
)

select * from final

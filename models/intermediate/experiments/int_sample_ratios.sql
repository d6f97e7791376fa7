{#- most arms of an experiment whose ratios are tested -#}
{%- set most_arms = 50 -%}
{#- ln of the Gamma function at m / 2 + 1, for m = 0, 1, 2 …: by its recurrence -#}
{%- set log_gamma = ['0.0', '-0.12078223763524522'] -%}
-- exception: one test, whose steps make sense together only
with

arms_in_play as (select * from {{ ref('int_arms_in_play') }}),

counts_per_day as (select * from {{ ref('int_daily_impressions') }}),

-- the days on which all arms of the log could be shown
windows as (
    select
        project_id,
        max(from_date) as from_date,
        min(until_date) as until_date
    from arms_in_play
    group by project_id
),

arms as (
    select
        counts_per_day.project_id,
        counts_per_day.bandit_id,
        sum(counts_per_day.logged_impressions) as logged_impressions,
        {{ exact_sum('counts_per_day.inverse_propensity', places=9) }}
            as inverse_propensity,
        {{ exact_sum('counts_per_day.inverse_square', places=9) }} as inverse_square
    from counts_per_day
    inner join windows
        on
            counts_per_day.project_id = windows.project_id
            and counts_per_day.shown_date >= windows.from_date
            and counts_per_day.shown_date <= windows.until_date
    where counts_per_day.logged_impressions > 0
    group by counts_per_day.project_id, counts_per_day.bandit_id
),

-- 1 / propensity of an arm's showings adds up to all showings if arms were chosen as
-- logged
ranked as (
    select
        *,
        sum(logged_impressions) over of_project as showings,
        count(*) over of_project as arm_count,
        inverse_propensity - sum(logged_impressions) over of_project as surplus,
        inverse_square / inverse_propensity * sum(logged_impressions) over of_project
            as spread,
        row_number() over (
            partition by project_id
            order by inverse_square / inverse_propensity, bandit_id
        ) as place
    from arms
    window of_project as (partition by project_id)
),

-- the arm whose sum is the surest is left out: the others tell of it. The covariance
-- of the others' sums is D - n 11', with n the showings and D their spread, the sum of
-- 1 / propensity over all showings as those of the arm tell. With d for the surplus
-- this is d' (D - n 11')^-1 d by Sherman and Morrison's formula; with constant
-- propensities it is Pearson's statistic.
ratios as (
    select
        project_id,
        max(showings) as showings,
        max(arm_count) as arm_count,
        {{ exact_sum('case
            when place > 1 then surplus * surplus / spread else 0
        end') }} as squares,
        {{ exact_sum('case when place > 1 then surplus / spread else 0 end') }}
            as slant,
        1 - {{ exact_sum('case when place > 1 then showings / spread else 0 end') }}
            as slack,
        max(case when place = 1 then showings / spread end) as left_out
    from ranked
    group by project_id
),

tests as (
    select
        project_id,
        showings,
        arm_count - 1 as degrees,
        squares
        + showings * slant * slant / greatest(slack, left_out) as chi_square
    from ratios
    where arm_count between 2 and {{ most_arms }}
),

terms (degrees_below, log_gamma) as (
    values
    {%- for m in range(most_arms) %}
    {%- if m > 1 %}
    {%- do log_gamma.append(log_gamma[m - 2] ~ ' + ln(' ~ m / 2 ~ ')') %}
    {%- endif %}
    ({{ m }}, cast({{ log_gamma[m] }} as double precision)){{ ',' if not loop.last }}
    {%- endfor %}
),

-- the tail of the chi-square distribution with whole degrees of freedom is a sum
-- (Abramowitz & Stegun, 26.4.4 and 26.4.5)
tails as (
    select
        tests.project_id,
        {{ exact_sum('case
            when terms.degrees_below = 0 then exp(greatest(-690, -tests.chi_square / 2))
            when tests.chi_square > 0
                then exp(greatest(
                    -690,
                    terms.degrees_below * ln(tests.chi_square / 2) / 2
                    - tests.chi_square / 2 - terms.log_gamma
                ))
            else 0
        end', places=30) }} as tail
    from tests
    inner join terms
        on
            tests.degrees > terms.degrees_below
            and mod(tests.degrees - terms.degrees_below, 2) = 0
    group by tests.project_id
),

tested as (
    select
        tests.*,
        coalesce(tails.tail, 0) + case
            when mod(tests.degrees, 2) = 1
                then 2 * {{ normal_tail('sqrt(tests.chi_square)') }}
            else 0
        end as chance
    from tests
    left join tails on tests.project_id = tails.project_id
),

final as (
    select
        -- keys
        project_id,

        -- measures
        cast(showings as bigint) as logged_impressions,
        chi_square,
        cast(degrees as integer) as degrees_of_freedom,
        case when chance < 1e-12 then 0 else least(1, chance) end as p_value
    from tested
)

select * from final

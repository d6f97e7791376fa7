-- exception: one row of many figures, each worked out beside the others
with

projects as (select * from {{ ref('dim_projects') }}),

bandits as (select * from {{ ref('dim_bandits') }}),

sample_ratios as (select * from {{ ref('int_sample_ratios') }}),

posteriors as (
    select * from {{ ref('int_bandit_posteriors') }}
    where is_current
),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

-- those that no list of projects names among them
all_projects as (
    select project_id from projects
    union
    select project_id from bandits
    union
    select project_id from impressions
),

arms_per_customer as (
    select
        project_id,
        customer_id,
        count(distinct bandit_id) as arm_count
    from impressions
    where customer_id is not null
    group by project_id, customer_id
),

customers_per_project as (
    select
        project_id,
        count(*) as customers,
        sum(case when arm_count > 1 then 1 else 0 end) as customers_in_several_arms
    from arms_per_customer
    group by project_id
),

log_per_project as (
    select
        impressions.project_id,
        count(*) as impressions,
        sum(case when impressions.is_clicked then 1 else 0 end) as clicks,
        count(distinct impressions.bandit_id) as bandits_seen,
        sum(case when impressions.is_unknown_bandit then 1 else 0 end)
            as unknown_bandit_impressions,
        sum(
            case
                when {{ has_propensity('impressions.propensity') }} then 0
                else 1
            end
        ) as missing_propensity,
        sum(case when impressions.is_future then 1 else 0 end) as future_impressions,
        sum(case when impressions.shown_at > bandits.ended_at then 1 else 0 end)
            as retired_impressions,
        count(distinct impressions.shown_date) as days_shown
    from impressions
    left join bandits
        on
            impressions.bandit_id = bandits.bandit_id
            and impressions.project_id = bandits.project_id
    group by impressions.project_id
),

arms_in_several_projects as (
    select
        project_id,
        count(*) as bandit_count
    from bandits
    where is_in_several_projects
    group by project_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by project_id
            order by prob_best desc, {{ in_byte_order('bandit_id') }} asc
        ) as place,
        count(*) over (partition by project_id) - 1 as rival_count
    from posteriors
    where not is_retired
),

-- of the arms in the race: how the leader stands against the runner-up
races as (
    select
        project_id,
        max(case when place = 1 then bandit_id end) as leading_bandit_id,
        max(case when place = 1 then prob_best end) as leading_prob_best,
        max(case when place = 1 then expected_loss end) as leading_expected_loss,
        min(n) as fewest_impressions,
        max(rival_count) as rival_count,
        sum(case
            when
                ci_low > {{ var('bandit_click_rate_high') }}
                or ci_high < {{ var('bandit_click_rate_low') }}
                then 1
            else 0
        end) as implausible_arms,
        max(case when place = 1 then mean end)
        - max(case when place = 2 then mean end) as lead,
        sum(case
            when place <= 2
                then mean * (1 - mean) / (alpha + beta + 1)
            else 0
        end) as lead_variance
    from ranked
    group by project_id
),

-- what the showings brought beyond as many for each of the arms shown, once enough is
-- known of each
allocations as (
    select
        project_id,
        sum(number_of_success) - sum(n) * {{ ratio(
            exact_sum(ratio('number_of_success', 'n')), 'count(*)'
        ) }} as clicks_over_equal_allocation
    from posteriors
    where n > 0
    group by project_id
    having min(n) >= {{ var('bandit_min_impressions') }}
),

-- the lead in standard errors grows with the root of the showings; it has to be sure
-- against each rival, by Bonferroni's share of what may go wrong
needs as (
    select
        *,
        greatest(
            {{ ratio(var('bandit_min_impressions'), 'fewest_impressions') }},
            power({{ normal_quantile(
                ratio('1 - ' ~ var('bandit_sure'), '1')
            ) }}, 2) * {{ ratio('lead_variance', 'power(lead, 2)') }}
        ) as needed_growth
    from races
    where lead > 0 and fewest_impressions > 0
),

joined as (
    select
        all_projects.project_id,
        projects.project_name,
        projects.number_of_bandits,
        projects.actual_bandits,
        log_per_project.bandits_seen,
        log_per_project.impressions,
        log_per_project.clicks,
        log_per_project.missing_propensity,
        log_per_project.unknown_bandit_impressions,
        log_per_project.retired_impressions,
        log_per_project.future_impressions,
        log_per_project.days_shown,
        customers_per_project.customers,
        customers_per_project.customers_in_several_arms,
        arms_in_several_projects.bandit_count as bandits_in_several_projects,
        sample_ratios.p_value as sample_ratio_p_value,
        races.leading_bandit_id,
        races.leading_prob_best,
        races.leading_expected_loss,
        races.implausible_arms,
        allocations.clicks_over_equal_allocation,
        projects.project_id is null as is_unknown_project,
        coalesce(
            races.leading_prob_best >= {{ var('bandit_sure') }}
            and races.fewest_impressions >= {{ var('bandit_min_impressions') }},
            false
        ) as has_enough_data,
        needs.needed_growth
    from all_projects
    left join projects on all_projects.project_id = projects.project_id
    left join log_per_project
        on all_projects.project_id = log_per_project.project_id
    left join customers_per_project
        on all_projects.project_id = customers_per_project.project_id
    left join arms_in_several_projects
        on all_projects.project_id = arms_in_several_projects.project_id
    left join sample_ratios on all_projects.project_id = sample_ratios.project_id
    left join races on all_projects.project_id = races.project_id
    left join needs on all_projects.project_id = needs.project_id
    left join allocations on all_projects.project_id = allocations.project_id
),

final as (
    select
        -- keys
        project_id,

        -- attributes
        project_name,
        leading_bandit_id,

        -- measures
        {%- for count in [
            'number_of_bandits', 'actual_bandits', 'bandits_seen', 'impressions',
            'clicks', 'customers', 'customers_in_several_arms', 'missing_propensity',
            'unknown_bandit_impressions', 'retired_impressions', 'future_impressions',
            'bandits_in_several_projects', 'implausible_arms',
        ] %}
        {%- if count in ['number_of_bandits', 'actual_bandits'] %}
        {{ count }},
        {%- else %}
        cast(coalesce({{ count }}, 0) as bigint) as {{ count }},
        {%- endif %}
        {%- endfor %}
        {{ ratio('clicks', 'impressions') }} as click_share,
        sample_ratio_p_value,
        leading_prob_best,
        leading_expected_loss,
        cast(clicks_over_equal_allocation as double precision)
            as clicks_over_equal_allocation,
        case
            when has_enough_data then cast(0 as double precision)
            when needed_growth is not null
                then greatest(1, (needed_growth - 1) * days_shown)
        end as days_to_decision,

        -- flags
        is_unknown_project,
        (number_of_bandits = actual_bandits) is true as is_declared_right,
        has_enough_data,
        coalesce(sample_ratio_p_value < 0.001, false) as has_sample_ratio_mismatch
    from joined
)

select * from final

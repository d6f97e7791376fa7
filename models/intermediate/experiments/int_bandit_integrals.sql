{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['project_id', 'shown_date'],
    on_schema_change='fail',
    meta={'batch_column': 'load_id'}
) }}
{#- places of the grid, in standard deviations from an arm's centre: fine where its
    density is, wider where little of it is left -#}
{%- set places = [-16, -13, -11, -9.5, -8.5, -7.7, -7, -6.5] -%}
{%- for third in range(-18, 19) %}{% do places.append(third / 3) %}{% endfor -%}
{%- do places.extend([6.5, 7, 7.7, 8.5, 9.5, 11, 13, 16]) -%}
{%- set ends = ['start', 'middle', 'end'] -%}
-- exception: one integration, whose steps make sense together only
with

states as (select * from {{ ref('int_bandit_states') }}),
{% if is_incremental() %}
stale_states as (
    select
        coalesce(states.project_id, known_states.project_id) as project_id,
        coalesce(states.shown_date, known_states.shown_date) as shown_date
    from states
    full outer join {{ this }} as known_states
        on
            states.project_id = known_states.project_id
            and states.bandit_id = known_states.bandit_id
            and states.shown_date = known_states.shown_date
    where
        known_states.bandit_id is null
        or states.bandit_id is null
        or states.alpha != known_states.alpha
        or states.beta != known_states.beta
        or states.is_retired != known_states.is_retired
    group by
        coalesce(states.project_id, known_states.project_id),
        coalesce(states.shown_date, known_states.shown_date)
),
{% else %}
stale_states as (
    select
        project_id,
        shown_date
    from states
    group by project_id, shown_date
),
{% endif %}
-- the density of the log-odds of an arm's click rate: where, and how wide; the latter
-- by Stirling's series of the trigamma function
shapes as (
    select
        states.*,
        ln(states.alpha / states.beta) as center,
        sqrt(
            {%- for shape in ['states.alpha', 'states.beta'] %}
            1 / ({{ shape }} * {{ shape }})
            + 1 / ({{ shape }} + 1)
            + 0.5 / (({{ shape }} + 1) * ({{ shape }} + 1)) {{- ' +' if loop.first }}
            {%- endfor %}
        ) as spread
    from states
    inner join stale_states
        on
            states.project_id = stale_states.project_id
            and states.shown_date = stale_states.shown_date
),

places (place) as (
    values
    {%- for place in places %}
    (cast({{ place }} as double precision)){{ ',' if not loop.last }}
    {%- endfor %}
),

rate_places (place) as (
    values
    {%- for half in range(-24, 25) %}
    (cast({{ half / 2 }} as double precision)){{ ',' if not loop.last }}
    {%- endfor %}
),

-- one grid for all arms of a project, fine where any of them is, and not too wide where
-- none is and only the rate goes on from 0 to 1
points as (
    select
        shapes.project_id,
        shapes.shown_date,
        greatest(
            -150, least(150, shapes.center + shapes.spread * places.place)
        ) as log_odds
    from shapes
    cross join places
    union
    select
        stale_states.project_id,
        stale_states.shown_date,
        rate_places.place as log_odds
    from stale_states
    cross join rate_places
),

panels_and_last as (
    select
        project_id,
        shown_date,
        log_odds as start_point,
        lead(log_odds) over (partition by project_id, shown_date order by log_odds)
            as end_point
    from points
),

panels as (
    select
        *,
        (start_point + end_point) / 2 as middle_point,
        end_point - start_point as width
    from panels_and_last
    where end_point is not null
),

densities as (
    select
        shapes.project_id,
        shapes.bandit_id,
        shapes.shown_date,
        shapes.is_retired,
        panels.start_point,
        panels.width,
        1 / (1 + exp(-panels.start_point)) as start_rate,
        1 / (1 + exp(-panels.middle_point)) as middle_rate,
        1 / (1 + exp(-panels.end_point)) as end_rate,
        {{ beta_density('panels.start_point') }} as start_density,
        {{ beta_density('panels.middle_point') }} as middle_density,
        {{ beta_density('panels.end_point') }} as end_density
    from panels
    inner join shapes
        on
            panels.project_id = shapes.project_id
            and panels.shown_date = shapes.shown_date
),

-- Simpson's rule on each panel
masses as (
    select
        *,
        width / 6 * (start_density + 4 * middle_density + end_density) as mass
    from densities
),

totals as (
    select
        *,
        {{ exact_sum('mass', 'over of_arm', places=30) }} as total_mass,
        {{ exact_sum('mass', 'over to_end', places=30) }} as mass_to_end
    from masses
    window
        of_arm as (partition by bandit_id, shown_date),
        to_end as (
            partition by bandit_id, shown_date
            order by start_point
            rows between unbounded preceding and current row
        )
),

-- the distribution function at both ends of a panel and in its middle
distributions as (
    select
        project_id,
        bandit_id,
        shown_date,
        is_retired,
        start_point,
        width,
        {%- for end in ends %}
        {{ end }}_rate,
        {{ end }}_density / total_mass as {{ end }}_density,
        {%- endfor %}
        least(1, greatest(0, (mass_to_end - mass) / total_mass)) as start_share,
        least(1, greatest(0, (
            mass_to_end - mass
            + width * (5 * start_density + 8 * middle_density - end_density) / 24
        ) / total_mass)) as middle_share,
        least(1, mass_to_end / total_mass) as end_share
    from totals
),

-- the chance that all other arms in the race lie below a rate is the product of theirs
logs as (
    select
        *,
        case
            when is_retired then 0 else ln(greatest(1e-87, start_share))
        end as start_log,
        case
            when is_retired then 0 else ln(greatest(1e-87, middle_share))
        end as middle_log,
        case
            when is_retired then 0 else ln(greatest(1e-87, end_share))
        end as end_log
    from distributions
),

others as (
    select
        *,
        exp(greatest(-200, {{ exact_sum('start_log', 'over of_all') }} - start_log))
            as start_others,
        exp(greatest(-200, {{ exact_sum('middle_log', 'over of_all') }} - middle_log))
            as middle_others,
        exp(greatest(-200, {{ exact_sum('end_log', 'over of_all') }} - end_log))
            as end_others
    from logs
    window of_all as (partition by project_id, shown_date, start_point)
),

{%- set weights = {'start': 1, 'middle': 4, 'end': 1} %}

chances as (
    select
        bandit_id,
        shown_date,
        width / 6 * (
            {%- for end in ends %}
            {{ weights[end] }} * {{ end }}_density * {{ end }}_others
            {{- ' +' if not loop.last }}
            {%- endfor %}
        ) as best_mass,
        width / 6 * (
            {%- for end in ends %}
            {{ weights[end] }} * {{ end }}_share * (1 - {{ end }}_others)
            * {{ end }}_rate * (1 - {{ end }}_rate) {{- ' +' if not loop.last }}
            {%- endfor %}
        ) as lost_mass
    from others
),

-- chance to be the best: all others lie below it. Loss: how far the best lies above
-- it, the integral over rates of the chance that it is below one and another is not.
races as (
    select
        bandit_id,
        shown_date,
        {{ exact_sum('best_mass', places=30) }} as prob_best,
        {{ exact_sum('lost_mass', places=30) }} as expected_loss
    from chances
    group by bandit_id, shown_date
),

tails (tail, share) as (
    values
    ('low', cast(0.025 as double precision)),
    ('high', cast(0.975 as double precision))
),

-- where the distribution function passes a share: in which panel, and how far in it,
-- by Newton's steps on the cubic that Simpson's rule integrates
place_0 as (
    select
        distributions.*,
        tails.tail,
        tails.share,
        (tails.share - distributions.start_share)
        / (distributions.end_share - distributions.start_share) as place
    from distributions
    inner join tails
        on
            distributions.start_share <= tails.share
            and distributions.end_share > tails.share
),
{%- set bend = '(4 * middle_density - 3 * start_density - end_density)' %}
{%- set arch = '(2 * start_density - 4 * middle_density + 2 * end_density)' %}
{%- for step in range(1, 5) %}

place_{{ step }} as (
    select
        bandit_id,
        shown_date,
        start_point,
        width,
        start_share,
        {%- for end in ends %}
        {{ end }}_density,
        {%- endfor %}
        tail,
        share,
        greatest(0, least(1, place - (
            start_share - share + width * place * (
                start_density + place * ({{ bend }} / 2 + place * {{ arch }} / 3)
            )
        ) / (width * greatest(
            1e-87, start_density + place * ({{ bend }} + place * {{ arch }})
        )))) as place
    from place_{{ step - 1 }}
),
{%- endfor %}

intervals as (
    select
        bandit_id,
        shown_date,
        max(case
            when tail = 'low' then 1 / (1 + exp(-(start_point + width * place)))
        end) as ci_low,
        max(case
            when tail = 'high' then 1 / (1 + exp(-(start_point + width * place)))
        end) as ci_high
    from place_4
    group by bandit_id, shown_date
),

final as (
    select
        -- keys
        shapes.project_id,
        shapes.bandit_id,
        shapes.shown_date,

        -- what the figures are made of
        shapes.alpha,
        shapes.beta,
        shapes.is_retired,

        -- measures; together the arms in the race are the best for certain
        case
            when not shapes.is_retired
                then cast(cast(
                    races.prob_best as numeric(38, 30)
                ) as double precision) / {{ exact_sum(
                    'case when shapes.is_retired then 0 else races.prob_best end',
                    'over (partition by shapes.project_id, shapes.shown_date)',
                    places=30
                ) }}
        end as prob_best,
        case when not shapes.is_retired then races.expected_loss end as expected_loss,
        intervals.ci_low,
        intervals.ci_high,

        -- audit
        {{ load_id() }} as load_id
    from shapes
    inner join races
        on
            shapes.bandit_id = races.bandit_id
            and shapes.shown_date = races.shown_date
    inner join intervals
        on
            shapes.bandit_id = intervals.bandit_id
            and shapes.shown_date = intervals.shown_date
)

select * from final

{{ config(unique_key='shown_date') }}
{#- per arm and day all that gold is made of: a policy's value needs these sums only -#}
{%- set sums = {
    'inverse_propensity': 'inverse_propensity',
    'clicked_inverse': 'case when is_clicked then inverse_propensity else 0 end',
    'inverse_square': 'inverse_propensity * inverse_propensity',
    'clicked_inverse_square': 'case
        when is_clicked then inverse_propensity * inverse_propensity else 0
    end',
} -%}
with

all_impressions as (select * from {{ ref('fact_bandit_impressions') }}),

impressions as (
    select
        *,
        case when {{ has_propensity() }} then 1 / propensity end
            as inverse_propensity
    from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

days as (
    select
        shown_date,
        count(*) as row_count,
        max(load_id) as rows_load_id
    from all_impressions
    group by shown_date
),
{% if is_incremental() %}
summed_days as (
    select * from {{ this }}
    where bandit_id = '{{ unknown_key() }}'
),

-- a day that showings were moved to or from, corrected or deleted in; one that lost all
-- of them stays, without any
stale_days as (
    select
        coalesce(days.shown_date, summed_days.shown_date) as shown_date,
        coalesce(days.row_count, 0) as row_count,
        days.rows_load_id
    from days
    full outer join summed_days on days.shown_date = summed_days.shown_date
    where {{ has_other_rows('days', 'summed_days', 'row') }}
),
{% else %}
stale_days as (select * from days),
{% endif %}
per_arm as (
    select
        shown_date,
        project_id,
        bandit_id,
        count(*) as impressions,
        sum(case when is_clicked then 1 else 0 end) as clicks,
        {%- for name, expression in sums.items() %}
        {{ exact_sum(expression, places=9) }} as {{ name }},
        {%- endfor %}
        count(inverse_propensity) as logged_impressions
    from impressions
    where bandit_id is not null {{- and_is_touched('stale_days', 'shown_date') }}
    group by shown_date, project_id, bandit_id
),

final as (
    select
        -- keys
        shown_date,
        project_id,
        bandit_id,

        -- measures
        impressions,
        cast(clicks as bigint) as clicks,
        logged_impressions,
        {%- for name in sums %}
        coalesce({{ name }}, 0) as {{ name }},
        {%- endfor %}

        -- what the day was summed of
        cast(null as bigint) as row_count,
        cast(null as bigint) as rows_load_id,

        -- audit
        {{ load_id() }} as load_id
    from per_arm
    union all
    select
        shown_date,
        '{{ unknown_key() }}' as project_id,
        '{{ unknown_key() }}' as bandit_id,
        0 as impressions,
        0 as clicks,
        0 as logged_impressions,
        {%- for name in sums %}
        0 as {{ name }},
        {%- endfor %}
        row_count,
        rows_load_id,
        {{ load_id() }} as load_id
    from stale_days
)

select * from final

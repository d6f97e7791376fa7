{%- set scores = {
    'base rate': 'base_score',
    'rules-1': 'basket_score',
    'beta-1': 'shrunk_score',
    'beta-logit-1': 'score',
} -%}
with

scores as (
    select * from {{ ref('int_rule_scores') }}
    where fold = 'judge' and next_a > 0
),

final as (
    {%- for model_name, score in scores.items() %}
    -- rounded, so that what is equal but for the order of adding is equal
    select
        '{{ model_name }}' as model_name,
        rule_id,
        cast(round(cast({{ score }} as numeric(18, 12)), 12) as double precision)
            as score,
        next_a as cases,
        next_ab as successes
    from scores
    where {{ score }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final

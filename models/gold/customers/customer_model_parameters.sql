{%- set names = {
    'bg_nbd': ['r', 'alpha', 'a', 'b'],
    'gamma_gamma': ['p', 'q', 'gamma'],
} %}
with

fits as (select * from {{ ref('int_customer_fits') }}),

parameters as (
    {%- for model in names %}
    {%- set last_model = loop.last %}
    {%- for name in names[model] %}
    select
        fits.*,
        '{{ name }}' as parameter,
        p{{ loop.index }} as value
    from fits
    where model = '{{ model }}'
    {%- if not (loop.last and last_model) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
),

final as (
    select
        -- keys
        fit_period,
        model,
        parameter,

        -- measures
        value,
        log_likelihood,
        customers,
        cast(steps as integer) as steps,

        -- flags
        is_converged
    from parameters
)

select * from final

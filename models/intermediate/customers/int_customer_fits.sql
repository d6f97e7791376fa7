{{ config(post_hook="{{ fit_customer_models(ref('int_customer_repeats')) }}") }}
{%- set numbers = [
    'log_likelihood', 'g1', 'g2', 'g3', 'g4', 'h11', 'h12', 'h13', 'h14', 'h22', 'h23',
    'h24', 'h33', 'h34', 'h44'
] %}
with

repeats as (select * from {{ ref('int_customer_repeats') }}),

starts as (
    select
        fit_period,
        'bg_nbd' as model_name,
        {%- for start in bg_nbd_start() %}
        {{ start }} as p{{ loop.index }},
        {%- endfor %}
        count(*) as customers
    from repeats
    group by fit_period
    union all
    select
        fit_period,
        'nbd' as model_name,
        1.0 as p1,
        30.0 as p2,
        null as p3,
        null as p4,
        count(*) as customers
    from repeats
    group by fit_period
    union all
    select
        fit_period,
        'gamma_gamma' as model_name,
        2.0 as p1,
        3.0 as p2,
        {{ exact_sum('repeat_value') }} / count(*) as p3,
        null as p4,
        count(*) as customers
    from repeats
    where repeat_days > 0 and repeat_value > 0
    group by fit_period
),

final as (
    select
        -- keys
        fit_period,
        model_name,

        -- measures
        cast(customers as bigint) as customers,
        cast(p1 as double precision) as p1,
        cast(p2 as double precision) as p2,
        cast(p3 as double precision) as p3,
        cast(p4 as double precision) as p4,
        {%- for number in numbers %}
        cast(null as double precision) as {{ number }},
        {%- endfor %}
        cast(1 as double precision) as damping,
        0 as steps,

        -- flags
        false as is_converged,
        false as is_done
    from starts
)

select * from final

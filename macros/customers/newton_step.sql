{#-
    CTE `candidates`: the `unfinished` fits, one damped Newton step further.

    The step is taken in the logarithms of the first `size` parameters p1, p2, ...,
    which keeps them positive, and solved by Gaussian elimination; g1 and h12 are the
    derivatives by the parameters themselves. `damping` is added to the diagonal as a
    share of it (Marquardt, SIAM J. Appl. Math. 11, 1963); where the matrix is not
    positive definite even so, a candidate has no parameters. No parameter moves by more
    than a factor of exp(2). A fit that was not evaluated yet stays where it is.
    exception: one solution of equations, whose steps make sense together only

        with unfinished as (...), {{ newton_step(4) }}
-#}
{% macro newton_step(size) -%}
    {%- set places = range(1, size + 1) -%}
    eliminated_0 as (
        select
            *,
            {%- for i in places %}
            {%- for j in range(i + 1, size + 1) %}
            -p{{ i }} * p{{ j }} * h{{ i }}{{ j }} as m{{ i }}{{ j }}_0,
            {%- endfor %}
            -p{{ i }} * p{{ i }} * h{{ i }}{{ i }} - p{{ i }} * g{{ i }}
            + damping * abs(p{{ i }} * p{{ i }} * h{{ i }}{{ i }} + p{{ i }} * g{{ i }})
                as m{{ i }}{{ i }}_0,
            p{{ i }} * g{{ i }} as v{{ i }}_0 {{- ',' if not loop.last }}
            {%- endfor %}
        from unfinished
        {{ evaluated_once() }}
    ),
    {%- for k in range(1, size) %}
    eliminated_{{ k }} as (
        select
            *,
            {%- set pivot = 'm' ~ k ~ k ~ '_' ~ (k - 1) %}
            {%- for i in range(k + 1, size + 1) %}
            {%- set share = 'm' ~ k ~ i ~ '_' ~ (k - 1)
                ~ ' / case when ' ~ pivot ~ ' > 0 then ' ~ pivot ~ ' end' %}
            {%- for j in range(i, size + 1) %}
            m{{ i }}{{ j }}_{{ k - 1 }} - m{{ k }}{{ j }}_{{ k - 1 }} * {{ share }}
                as m{{ i }}{{ j }}_{{ k }},
            {%- endfor %}
            v{{ i }}_{{ k - 1 }} - v{{ k }}_{{ k - 1 }} * {{ share }}
                as v{{ i }}_{{ k }} {{- ',' if not loop.last }}
            {%- endfor %}
        from eliminated_{{ k - 1 }}
        {{ evaluated_once() }}
    ),
    {%- endfor %}
    {%- for i in places | reverse %}
    {%- set pivot = 'm' ~ i ~ i ~ '_' ~ (i - 1) %}
    solved_{{ i }} as (
        select
            *,
            (
                v{{ i }}_{{ i - 1 }}
                {%- for j in range(i + 1, size + 1) %}
                - m{{ i }}{{ j }}_{{ i - 1 }} * move{{ j }}
                {%- endfor %}
            ) / case when {{ pivot }} > 0 then {{ pivot }} end as move{{ i }}
        from {{ 'eliminated_' ~ (size - 1) if loop.first else 'solved_' ~ (i + 1) }}
        {{ evaluated_once() }}
    ),
    {%- endfor %}
    moves as (
        select
            solved_1.*,
            {%- for i in places %}
            case
                when log_likelihood is null then 0
                else greatest(-2, least(2, move{{ i }}))
            end as step{{ i }} {{- ',' if not loop.last }}
            {%- endfor %}
        from solved_1
        {{ evaluated_once() }}
    ),
    candidates as (
        select
            fit_period,
            {%- for i in places %}
            p{{ i }} * exp(step{{ i }}) as p{{ i }},
            {%- endfor %}
            greatest(
                {%- for i in places %}
                abs(step{{ i }}) {{- ', ' if not loop.last }}
                {%- endfor %}
            ) as largest_step
        from moves
        {#- greatest() of nothing: engines differ #}
        where {% for i in places %}step{{ i }} is not null
            {{- ' and ' if not loop.last }}{% endfor %}
    )
{%- endmacro %}

{#-
    CTE `sums`: log-likelihood of Gamma-Gamma at `candidates`, gradient and Hessian.

    Parameters p1 to p3 are p, q and gamma. Fader & Hardie, The Gamma-Gamma model of
    monetary value (2013), equation 1a, for x repeat days of z currency units each on
    average; customers without any say nothing of it. What x alone decides is added up
    once for each x.
    exception: one formula and its derivatives, which make sense together only

        with candidates as (...), {{ gamma_gamma_derivatives(repeats) }}
-#}
{% macro gamma_gamma_derivatives(repeats) -%}
    histories as (
        select
            candidates.*,
            cast(repeats.repeat_days as double precision) as x,
            cast(repeats.repeat_value as double precision) as z,
            candidates.p3
            + repeats.repeat_days * cast(repeats.repeat_value as double precision)
                as spent
        from candidates
        inner join {{ repeats }} as repeats
            on candidates.fit_period = repeats.fit_period
        where repeats.repeat_days > 0 and repeats.repeat_value > 0
    ),
    by_days as (
        select
            fit_period,
            p1,
            p2,
            p3,
            x,
            p1 * x as px,
            p1 * x + p2 as pxq,
            count(*) as customers,
            {%- for name, term in {
                'log_z': 'ln(z)',
                'log_spent': 'ln(spent)',
                'per_spent': '1 / spent',
                'per_spent_squared': '1 / (spent * spent)',
            }.items() %}
            {{ exact_sum(term) }} as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from histories
        group by fit_period, p1, p2, p3, x
    ),
    sums as (
        select
            fit_period,
            {%- for name, term in {
                'log_likelihood': 'customers * (' ~ ln_gamma('pxq') ~ ' - '
                    ~ ln_gamma('px') ~ ' - ' ~ ln_gamma('p2')
                    ~ ' + p2 * ln(p3) + px * ln(x))'
                    ~ ' + (px - 1) * log_z - pxq * log_spent',
                'g1': 'x * (customers * (' ~ digamma('pxq') ~ ' - ' ~ digamma('px')
                    ~ ' + ln(x)) + log_z - log_spent)',
                'g2': 'customers * (' ~ digamma('pxq') ~ ' - ' ~ digamma('p2')
                    ~ ' + ln(p3)) - log_spent',
                'g3': 'customers * p2 / p3 - pxq * per_spent',
                'h11': 'customers * x * x * ('
                    ~ trigamma('pxq') ~ ' - ' ~ trigamma('px') ~ ')',
                'h12': 'customers * x * ' ~ trigamma('pxq'),
                'h13': '-x * per_spent',
                'h22': 'customers * (' ~ trigamma('pxq') ~ ' - '
                    ~ trigamma('p2') ~ ')',
                'h23': 'customers / p3 - per_spent',
                'h33': 'pxq * per_spent_squared - customers * p2 / (p3 * p3)',
            }.items() %}
            {{ exact_sum(term) }} as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from by_days
        group by fit_period
    )
{%- endmacro %}

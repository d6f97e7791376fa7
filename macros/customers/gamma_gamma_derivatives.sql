{#-
    CTE `sums`: log-likelihood of Gamma-Gamma at `candidates`, gradient and Hessian.

    Parameters p1 to p3 are p, q and gamma. Fader & Hardie, The Gamma-Gamma model of
    monetary value (2013), equation 1a, for x repeat days of z currency units each on
    average; customers without any say nothing of it.

        with candidates as (...), {{ gamma_gamma_derivatives(repeats) }}
-#}
{% macro gamma_gamma_derivatives(repeats) -%}
    histories as (
        select
            candidates.*,
            cast(repeats.repeat_days as double precision) as x,
            cast(repeats.repeat_value as double precision) as z,
            p1 * repeats.repeat_days as px,
            p1 * repeats.repeat_days + p2 as pxq,
            p3 + repeats.repeat_days * cast(repeats.repeat_value as double precision)
                as spent
        from candidates
        inner join {{ repeats }} as repeats
            on candidates.fit_period = repeats.fit_period
        where repeats.repeat_days > 0 and repeats.repeat_value > 0
    ),
    sums as (
        select
            fit_period,
            {%- for name, term in {
                'log_likelihood': ln_gamma('pxq') ~ ' - ' ~ ln_gamma('px') ~ ' - '
                    ~ ln_gamma('p2') ~ ' + p2 * ln(p3) + (px - 1) * ln(z) + px * ln(x)'
                    ~ ' - pxq * ln(spent)',
                'g1': 'x * (' ~ digamma('pxq') ~ ' - ' ~ digamma('px')
                    ~ ' + ln(z) + ln(x) - ln(spent))',
                'g2': digamma('pxq') ~ ' - ' ~ digamma('p2') ~ ' + ln(p3) - ln(spent)',
                'g3': 'p2 / p3 - pxq / spent',
                'h11': 'x * x * (' ~ trigamma('pxq') ~ ' - ' ~ trigamma('px') ~ ')',
                'h12': 'x * ' ~ trigamma('pxq'),
                'h13': '-x / spent',
                'h22': trigamma('pxq') ~ ' - ' ~ trigamma('p2'),
                'h23': '1 / p3 - 1 / spent',
                'h33': 'pxq / (spent * spent) - p2 / (p3 * p3)',
            }.items() %}
            {{ exact_sum(term) }} as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from histories
        group by fit_period
    )
{%- endmacro %}

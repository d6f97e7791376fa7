{#-
    CTE `sums`: log-likelihood of NBD at `candidates`, its gradient and Hessian.

    Parameters p1 and p2 are r and alpha. What BG/NBD becomes where nobody leaves:
    Fader, Hardie & Lee (2005), equation 6, as a / b goes to 0; for x repeat days in T.
    Ehrenberg, The pattern of consumer purchases, Applied Statistics 8 (1959). Customers
    alike are one row.

        with candidates as (...), {{ nbd_derivatives(repeats) }}
-#}
{% macro nbd_derivatives(repeats) -%}
    alike as (
        select
            fit_period,
            repeat_days,
            days_known,
            count(*) as customers
        from {{ repeats }}
        group by fit_period, repeat_days, days_known
    ),
    histories as (
        select
            candidates.*,
            alike.customers,
            candidates.p1 + alike.repeat_days as rx,
            candidates.p2 + alike.days_known as known
        from candidates
        inner join alike on candidates.fit_period = alike.fit_period
    ),
    sums as (
        select
            fit_period,
            {%- for name, term in {
                'log_likelihood': ln_gamma('rx') ~ ' - ' ~ ln_gamma('p1')
                    ~ ' + p1 * ln(p2) - rx * ln(known)',
                'g1': digamma('rx') ~ ' - ' ~ digamma('p1') ~ ' + ln(p2) - ln(known)',
                'g2': 'p1 / p2 - rx / known',
                'h11': trigamma('rx') ~ ' - ' ~ trigamma('p1'),
                'h12': '1 / p2 - 1 / known',
                'h22': 'rx / (known * known) - p1 / (p2 * p2)',
            }.items() %}
            {{ exact_sum('customers * (' ~ term ~ ')') }} as {{ name }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from histories
        group by fit_period
    )
{%- endmacro %}

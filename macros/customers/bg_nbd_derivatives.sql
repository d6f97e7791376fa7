{#-
    CTE `sums`: log-likelihood of BG/NBD at `candidates`, its gradient and Hessian.

    Parameters p1 to p4 are r, alpha, a and b. Fader, Hardie & Lee, "Counting your
    customers" the easy way, Marketing Science 24 (2005), equation 6, for x repeat days
    of which the last is t days after the first day, after T days in all. `w` is the
    chance that a customer has left after the last of them. Customers alike are one row,
    and what x alone decides is added up once for each x. With `one_in`, only one in so
    many customers counts, by a hash of the customer.
    exception: one formula and its derivatives, which make sense together only

        with candidates as (...), {{ bg_nbd_derivatives(repeats) }}
-#}
{% macro bg_nbd_derivatives(repeats, one_in=1) -%}
    {%- set shapes = {'r': 'p1', 'b': 'p4', 'ab': 'p3 + p4'} -%}
    {%- set gammas = {'f': ln_gamma, 'f1': digamma, 'f2': trigamma} -%}
    alike as (
        select
            fit_period,
            repeat_days,
            days_to_last,
            days_known,
            count(*) as customers
        from {{ repeats }}
        {%- if one_in > 1 %}
        where substr(md5(customer_key), 1, 4) < '{{ '%04x' % (65536 // one_in) }}'
        {%- endif %}
        group by fit_period, repeat_days, days_to_last, days_known
    ),
    counts as (
        select
            fit_period,
            cast(repeat_days as double precision) as x,
            sum(customers) as customers
        from alike
        group by fit_period, repeat_days
    ),
    shapes as (
        {%- for shape, z in shapes.items() %}
        select fit_period, '{{ shape }}' as shape, {{ z }} as z from candidates
        {{- ' union all' if not loop.last }}
        {%- endfor %}
    ),
    arguments as (
        select
            shapes.fit_period,
            shapes.shape,
            counts.customers,
            shapes.z + counts.x as z
        from shapes
        inner join counts on shapes.fit_period = counts.fit_period
        union all
        select
            shapes.fit_period,
            shapes.shape,
            -sum(counts.customers) as customers,
            shapes.z
        from shapes
        inner join counts on shapes.fit_period = counts.fit_period
        group by shapes.fit_period, shapes.shape, shapes.z
    ),
    values_of_gammas as (
        select
            *,
            {%- for name, gamma in gammas.items() %}
            {{ gamma('z') }} as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from arguments
    ),
    gammas as (
        select
            fit_period,
            {%- for shape in shapes %}
            {%- set outer_loop = loop %}
            {%- for name in gammas %}
            {{ exact_sum(
                "case when shape = '" ~ shape ~ "' then customers else 0 end * " ~ name
            ) }} as {{ name }}_{{ shape }}
            {{- ',' if not (loop.last and outer_loop.last) }}
            {%- endfor %}
            {%- endfor %}
        from values_of_gammas
        group by fit_period
    ),
    histories as (
        select
            candidates.*,
            alike.customers,
            cast(alike.repeat_days as double precision) as x,
            ln(candidates.p2 + alike.days_to_last) as log_t,
            ln(candidates.p2 + alike.days_known) as log_known,
            1 / (candidates.p2 + alike.days_to_last) as per_t,
            1 / (candidates.p2 + alike.days_known) as per_known,
            1 / candidates.p3 as d3,
            -1 / (candidates.p4 + greatest(1, alike.repeat_days) - 1) as d4
        from candidates
        inner join alike on candidates.fit_period = alike.fit_period
        {{ evaluated_once() }}
    ),
    odds as (
        select
            *,
            log_known - log_t as d1,
            (p1 + x) * (per_known - per_t) as d2,
            case
                when x > 0 then ln(-p3 * d4) + (p1 + x) * (log_known - log_t)
                else -700
            end as odds_left
        from histories
        {{ evaluated_once() }}
    ),
    shares as (
        select
            *,
            case
                when x > 0
                    then 1 / (1 + exp(greatest(-700, least(700, -odds_left))))
                else 0
            end as w
        from odds
        {{ evaluated_once() }}
    ),
    spreads as (
        select
            *,
            w * (1 - w) as v
        from shares
        {{ evaluated_once() }}
    ),
    histories_sums as (
        select
            fit_period,
            {%- for name, term in {
                'log_likelihood': 'p1 * ln(p2) - (p1 + x) * log_known'
                    ~ ' + greatest(0, odds_left)'
                    ~ ' + ln(1 + exp(greatest(-700, -abs(odds_left))))',
                'g1': 'ln(p2) - (1 - w) * log_known - w * log_t',
                'g2': 'p1 / p2 - (p1 + x) * ((1 - w) * per_known + w * per_t)',
                'g3': 'w * d3',
                'g4': 'w * d4',
                'h11': 'v * d1 * d1',
                'h12': '1 / p2 - (1 - w) * per_known - w * per_t + v * d1 * d2',
                'h13': 'v * d1 * d3',
                'h14': 'v * d1 * d4',
                'h22': '-p1 / (p2 * p2) + (p1 + x) * ('
                    ~ '(1 - w) * per_known * per_known + w * per_t * per_t'
                    ~ ') + v * d2 * d2',
                'h23': 'v * d2 * d3',
                'h24': 'v * d2 * d4',
                'h33': '(v - w) * d3 * d3',
                'h34': 'v * d3 * d4',
                'h44': '(v + w) * d4 * d4',
            }.items() %}
            {{ exact_sum('customers * (' ~ term ~ ')') }} as {{ name }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from spreads
        group by fit_period
    ),
    sums as (
        select
            h.fit_period,
            {%- for name in ['g2', 'h12', 'h13', 'h14', 'h22', 'h23', 'h24'] %}
            h.{{ name }},
            {%- endfor %}
            {%- for name, term in {
                'log_likelihood': 'f_r + f_b - f_ab',
                'g1': 'f1_r',
                'g3': '-f1_ab',
                'g4': 'f1_b - f1_ab',
                'h11': 'f2_r',
                'h33': '-f2_ab',
                'h34': '-f2_ab',
                'h44': 'f2_b - f2_ab',
            }.items() %}
            h.{{ name }} + {{ term }} as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from histories_sums as h
        inner join gammas on h.fit_period = gammas.fit_period
    )
{%- endmacro %}

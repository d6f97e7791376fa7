{%- set goes_on = '(abs(term) > 1e-13 and place < 5000)' -%}
-- exception: one expectation, whose steps make sense together only
with recursive

repeats as (select * from {{ ref('int_customer_repeats') }}),

fits as (
    select * from {{ ref('int_customer_fits') }}
    where is_converged
),

-- who buys again and when: NBD, where no maximum says how customers leave
buying as (
    select * from fits
    where model_name = 'bg_nbd'
    union all
    select nbd.*
    from fits as nbd
    left join fits as bg_nbd
        on nbd.fit_period = bg_nbd.fit_period and bg_nbd.model_name = 'bg_nbd'
    where nbd.model_name = 'nbd' and bg_nbd.fit_period is null
),

-- r, alpha, a and b of BG/NBD or the first two of NBD, p, q and gamma of Gamma-Gamma;
-- at a = 1 the expectation is a limit, which is as good as reached close by
parameters as (
    select
        buying.fit_period,
        buying.p1 as r,
        buying.p2 as alpha,
        case
            when abs(buying.p3 - 1) < 1e-6 then 1 + 1e-6 else buying.p3
        end as a,
        buying.p4 as b,
        spending.p1 as p,
        spending.p2 as q,
        spending.p3 as gamma
    from buying
    left join fits as spending
        on
            buying.fit_period = spending.fit_period
            and spending.model_name = 'gamma_gamma'
),

horizons as (
    select
        fit_period,
        'orders' as horizon,
        90 as horizon_days
    from parameters
    where fit_period = 'all'
    union all
    select
        fit_period,
        'value' as horizon,
        {{ var('customer_value_days') }} as horizon_days
    from parameters
    where fit_period = 'all'
    union all
    select
        fit_period,
        'holdout' as horizon,
        max(holdout_days) as horizon_days
    from repeats
    where fit_period = 'calibration'
    group by fit_period
),

-- what is expected while a customer is alive follows from x and T alone
ages as (
    select
        repeats.fit_period,
        repeats.repeat_days,
        repeats.days_known,
        horizons.horizon,
        parameters.a - 1 as shape,
        parameters.a + parameters.b - 1 - parameters.r as other_shape,
        parameters.a + parameters.b - 1 + repeats.repeat_days as third_shape,
        cast(horizons.horizon_days as double precision)
        / (parameters.alpha + repeats.days_known + horizons.horizon_days) as z,
        (parameters.r + repeats.repeat_days) * horizons.horizon_days
        / (parameters.alpha + repeats.days_known) as steady_order_days
    from repeats
    inner join parameters on repeats.fit_period = parameters.fit_period
    inner join horizons on repeats.fit_period = horizons.fit_period
    group by
        repeats.fit_period,
        repeats.repeat_days,
        repeats.days_known,
        horizons.horizon,
        horizons.horizon_days,
        parameters.a,
        parameters.b,
        parameters.r,
        parameters.alpha
),

-- the hypergeometric series, after Euler's transformation (Abramowitz & Stegun, 15.1.1
-- and 15.3.3), which takes a few terms where the original takes thousands
series (
    fit_period, repeat_days, days_known, horizon, shape, other_shape, third_shape, z,
    place, term, total
) as (
    select
        fit_period,
        repeat_days,
        days_known,
        horizon,
        shape,
        other_shape,
        third_shape,
        z,
        0 as place,
        cast(1 as double precision) as term,
        cast(0 as double precision) as total
    from ages
    where shape is not null
    union all
    select
        fit_period,
        repeat_days,
        days_known,
        horizon,
        shape,
        other_shape,
        third_shape,
        z,
        place + 1 as place,
        term * z * (shape + place) * (other_shape + place)
        / ((third_shape + place) * (1 + place)) as term,
        total + term as total
    from series
    where {{ goes_on }}
),

-- Fader, Hardie & Lee (2005), equation 10, its numerator; where nobody leaves, the rate
-- of those who order like this customer goes on
expectations as (
    select
        fit_period,
        repeat_days,
        days_known,
        horizon,
        third_shape / shape * (1 - power(1 - z, shape) * (total + term)) as order_days
    from series
    where not {{ goes_on }}
    union all
    select
        fit_period,
        repeat_days,
        days_known,
        horizon,
        steady_order_days as order_days
    from ages
    where shape is null
),

expected as (
    select
        fit_period,
        repeat_days,
        days_known,
        max(case when horizon = 'orders' then order_days end) as orders_expected,
        max(case when horizon = 'value' then order_days end) as value_expected,
        max(case when horizon = 'holdout' then order_days end) as holdout_expected
    from expectations
    group by fit_period, repeat_days, days_known
),

-- the chance to have left, to that of being alive: of those without repeats, and by NBD
-- of nobody, there is none
chances as (
    select
        repeats.fit_period,
        repeats.customer_key,
        repeats.repeat_days,
        repeats.repeat_value,
        repeats.holdout_order_days,
        expected.orders_expected,
        expected.value_expected,
        expected.holdout_expected,
        parameters.p,
        parameters.q,
        parameters.gamma,
        case
            when repeats.repeat_days = 0 or parameters.a is null then 0
            else
                exp(least(700, ln(
                    parameters.a
                    / (parameters.b + greatest(1, repeats.repeat_days) - 1)
                ) + (parameters.r + repeats.repeat_days) * ln(
                    (parameters.alpha + repeats.days_known)
                    / (parameters.alpha + repeats.days_to_last)
                )))
        end as odds_left
    from repeats
    inner join parameters on repeats.fit_period = parameters.fit_period
    inner join expected
        on
            repeats.fit_period = expected.fit_period
            and repeats.repeat_days = expected.repeat_days
            and repeats.days_known = expected.days_known
),

final as (
    select
        -- keys
        fit_period,
        customer_key,

        -- measures
        repeat_days,
        holdout_order_days,
        1 / (1 + odds_left) as p_alive,
        orders_expected / (1 + odds_left) as predicted_orders,
        holdout_expected / (1 + odds_left) as predicted_holdout_orders,
        -- Fader & Hardie (2013), equation 5; without a mean where q <= 1
        case
            when q > 1 and (repeat_days = 0 or repeat_value > 0)
                then
                    p * (gamma + coalesce(repeat_days * repeat_value, 0))
                    / (p * repeat_days + q - 1)
        end as predicted_order_value,
        value_expected / (1 + odds_left) as predicted_value_orders
    from chances
)

select * from final

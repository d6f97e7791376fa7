{#-
    CTEs: logistic regression of outcomes on the logit of a score, for each fold.

    The last one, `calibration`, holds `fold`, `intercept` and `slope` of
    logit(p) = intercept + slope x logit(score). Reads a CTE `outcomes`: `fold`,
    `score_logit`, `trials` and `successes` among them. Newton's steps from intercept 0
    and slope 1, to which a normal prior of variance 1 draws, so that there is one
    answer whatever the data are; no step changes either by more than 1. A fold without
    outcomes is in no row.

        with outcomes as (...), {{ calibration_steps(15) }}

    exception: one step of Newton is one unit.
-#}
{% macro calibration_steps(steps) -%}
    calibration_0 as (
        select
            fold,
            cast(0 as double precision) as intercept,
            cast(1 as double precision) as slope
        from outcomes
        group by fold
    ),
    {%- for step in range(1, steps + 1) %}
    {%- set next = 'calibration' if loop.last else 'calibration_' ~ step %}

    expected_{{ step }} as (
        select
            calibration.*,
            outcomes.score_logit,
            outcomes.trials,
            outcomes.successes,
            {{ logistic(
                'calibration.intercept + calibration.slope * outcomes.score_logit'
            ) }} as share
        from outcomes
        inner join calibration_{{ step - 1 }} as calibration
            on outcomes.fold = calibration.fold
    ),

    curved_{{ step }} as (
        select
            fold,
            intercept,
            slope,
            sum(successes - trials * share) - intercept as pull,
            sum(score_logit * (successes - trials * share)) + 1 - slope as tilt,
            sum(trials * share * (1 - share)) + 1 as bend,
            sum(score_logit * trials * share * (1 - share)) as twist,
            sum(score_logit * score_logit * trials * share * (1 - share)) + 1 as arch
        from expected_{{ step }}
        group by fold, intercept, slope
    ),

    {{ next }} as (
        select
            fold,
            intercept + greatest(-1, least(1, (arch * pull - twist * tilt)
                / (bend * arch - twist * twist))) as intercept,
            slope + greatest(-1, least(1, (bend * tilt - twist * pull)
                / (bend * arch - twist * twist))) as slope
        from curved_{{ step }}
    ){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

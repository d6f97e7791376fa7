{#-
    Expression: first day of the period that a date lies in, a Monday where periods are
    whole weeks.

    Periods have `recommendation_period_days` days and lie on one grid for all time, so
    that a day more in the data moves none of them.

        {{ period_start('order_date') }}
-#}
{% macro period_start(expression) -%}
    {%- set first_day = "cast('2001-01-01' as date)" -%}
    {%- set days = var('recommendation_period_days') | int -%}
    {%- if days < 1 -%}
        {{ exceptions.raise_compiler_error(
            'period_start: recommendation_period_days must be 1 or more, not '
            ~ var('recommendation_period_days')
        ) }}
    {%- endif -%}
    {{ first_day }} + {{ days }} * cast(
        floor({{ ratio(days_between(first_day, expression), days) }}) as integer
    )
{%- endmacro %}

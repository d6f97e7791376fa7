{#-
    Predicate: the day lies in one of a list of periods of every year, ends included.

    A period whose end comes before its start runs over New Year.

        {{ is_recurring_period('month', 'day', [{'start': '11-24', 'end': '12-01'}]) }}
-#}
{% macro is_recurring_period(month, day, periods) -%}
    (
        {%- for period in periods %}
        {%- set first = month_day_number(period['start']) %}
        {%- set last = month_day_number(period['end']) %}
        (
            100 * {{ month }} + {{ day }} >= {{ first }}
            {{ 'and' if first <= last else 'or' }}
            100 * {{ month }} + {{ day }} <= {{ last }}
        )
        or
        {%- endfor %}
        false
    )
{%- endmacro %}

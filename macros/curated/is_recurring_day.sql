{#-
    Predicate: the day is one of a list of `MM-DD` days of every year.

        {{ is_recurring_day('month', 'day', ['12-25']) }} as is_holiday
-#}
{% macro is_recurring_day(month, day, days) -%}
    {%- set keys = [] -%}
    {%- for entry in days -%}
        {%- do keys.append(month_day_number(entry)) -%}
    {%- endfor -%}
    100 * {{ month }} + {{ day }} in ({{ keys | join(', ') or '0' }})
{%- endmacro %}

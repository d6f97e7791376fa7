{#-
    Expression: day of the week, Monday 1 to Sunday 7.

    `extract(dow)` counts from Sunday as 0 or 1 depending on the engine; `isodow` is
    one number everywhere that has it.

        {{ iso_day_of_week('date') }}
-#}
{% macro iso_day_of_week(expression) -%}
    cast(extract(isodow from {{ expression }}) as integer)
{%- endmacro %}

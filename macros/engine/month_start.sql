{#-
    Expression: first day of the month of a date, as a date.

        {{ month_start('order_date') }}
-#}
{% macro month_start(expression) -%}
    cast(date_trunc('month', {{ expression }}) as date)
{%- endmacro %}

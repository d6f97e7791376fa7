{#-
    Expression: a day after all others, that of what holds now and on no day.

    A date and not null, so that states can be joined, replaced and compared by it.

        {{ last_day_of_all() }} as shown_date
-#}
{% macro last_day_of_all() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

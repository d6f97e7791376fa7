{#-
    Expression: the day that rows are counted under whose own is not known.

    A date and not null, so that days can be joined, replaced and compared.

        coalesce(order_date, {{ unknown_day() }}) as order_date
-#}
{% macro unknown_day() -%}
    cast('1900-01-01' as date)
{%- endmacro %}

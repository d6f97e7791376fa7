{#-
    Expression: whole days from one date to another, negative when it lies before.

        {{ days_between('first_order', 'last_order') }}
-#}
{% macro days_between(from_date, to_date) -%}
    cast(cast({{ to_date }} as date) - cast({{ from_date }} as date) as integer)
{%- endmacro %}

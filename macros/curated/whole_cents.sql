{#-
    Expression: the cents of an amount that a running part of the whole comes to.

        {{ whole_cents('total_amount', 'running', 'total') }}
-#}
{% macro whole_cents(amount, part, total) -%}
    cast(
        floor(
            100 * cast({{ amount }} as double precision)
            * cast({{ part }} as double precision)
            / cast({{ total }} as double precision) + 0.5
        ) as numeric(18, 0)
    )
{%- endmacro %}

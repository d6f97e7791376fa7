{#-
    Expression: a line's part of an order's amount, exact to the cent.

    Cumulative rounding: the parts of an order always add up to the amount, whatever
    the weights. Computed on whole cents in double precision, where every engine
    rounds alike.

    `running` is the cumulative weight up to and with the line, `before` the same
    without it, `total` the weight of the order.

        {{ allocate_cents('total_amount', 'running', 'before', 'total') }}
-#}
{% macro allocate_cents(amount, running, before, total) -%}
    cast(
        (
            {{ whole_cents(amount, running, total) }}
            - {{ whole_cents(amount, before, total) }}
        ) * 0.01 as numeric(18, 2)
    )
{%- endmacro %}

{#-
    Expression: text as an exact decimal, null when it is not a plain number.

    Plain means an optional sign, digits, and optionally a point and digits: no
    thousands separator, currency sign or exponent. More than 14 digits before the
    point is no amount either. Extra decimals are rounded half away from zero.

        {{ parse_decimal('total_amount') }}      numeric(18, 2)
        {{ parse_decimal('unit_price', 4) }}     numeric(18, 4)
-#}
{% macro parse_decimal(expression, scale=2) -%}
    case
        when {{ matches('trim(' ~ expression ~ ')', '[+-]?[0-9]{1,14}([.][0-9]*)?') }}
            then cast(trim({{ expression }}) as numeric(18, {{ scale }}))
    end
{%- endmacro %}

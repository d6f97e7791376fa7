{#-
    Expression: text as an exact decimal, null when it is not a plain number.

    Plain means an optional sign, digits, and optionally a point and digits: no
    thousands separator, currency sign or exponent. More than 16 digits before the
    point and after it, as asked for, is no amount either. Extra decimals are rounded
    half away from zero.

        {{ parse_decimal('total_amount') }}      numeric(18, 2)
        {{ parse_decimal('unit_price', 4) }}     numeric(18, 4)
-#}
{% macro parse_decimal(expression, scale=2) -%}
    {%- set pattern = '[+-]?[0-9]{1,' ~ (16 - scale) ~ '}([.][0-9]*)?' -%}
    case
        when {{ matches('trim(' ~ expression ~ ')', pattern) }}
            then cast(trim({{ expression }}) as numeric(18, {{ scale }}))
    end
{%- endmacro %}

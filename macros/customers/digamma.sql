{#-
    Expression: derivative of `ln_gamma` at `z` > 0, to 12 digits.

    The asymptotic series at z + 8 (Abramowitz & Stegun, 6.3.18).

        {{ digamma('alpha + frequency') }}
-#}
{% macro digamma(z) -%}
    {%- set w = '(' ~ z ~ ' + 8)' -%}
    (
        ln({{ w }}) - 1 / (2 * {{ w }}) - 1 / (12 * power({{ w }}, 2))
        + 1 / (120 * power({{ w }}, 4)) - 1 / (252 * power({{ w }}, 6))
        + 1 / (240 * power({{ w }}, 8)) - 1 / (132 * power({{ w }}, 10))
        - {{ shifted_sum(z, '1 / @') }}
    )
{%- endmacro %}

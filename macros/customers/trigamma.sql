{#-
    Expression: second derivative of `ln_gamma` at `z` > 0, to 12 digits.

    The asymptotic series at z + 8 (Abramowitz & Stegun, 6.4.12).

        {{ trigamma('alpha + frequency') }}
-#}
{% macro trigamma(z) -%}
    {%- set w = '(' ~ z ~ ' + 8)' -%}
    (
        1 / {{ w }} + 1 / (2 * power({{ w }}, 2)) + 1 / (6 * power({{ w }}, 3))
        - 1 / (30 * power({{ w }}, 5)) + 1 / (42 * power({{ w }}, 7))
        - 1 / (30 * power({{ w }}, 9)) + 5 / (66 * power({{ w }}, 11))
        + {{ shifted_sum(z, '1 / (@ * @)') }}
    )
{%- endmacro %}

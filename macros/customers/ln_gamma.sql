{#-
    Expression: natural logarithm of the gamma function of `z` > 0, to 12 digits.

    Stirling's series (Abramowitz & Stegun, 6.1.41) at z + 8. PostgreSQL has no such
    function before version 18.

        {{ ln_gamma('alpha + frequency') }}
-#}
{% macro ln_gamma(z) -%}
    {%- set w = '(' ~ z ~ ' + 8)' -%}
    (
        ({{ w }} - 0.5) * ln({{ w }}) - {{ w }} + 0.918938533204672742
        + 1 / (12 * {{ w }}) - 1 / (360 * power({{ w }}, 3))
        + 1 / (1260 * power({{ w }}, 5)) - 1 / (1680 * power({{ w }}, 7))
        + 1 / (1188 * power({{ w }}, 9))
        - {{ shifted_sum(z, 'ln@') }}
    )
{%- endmacro %}

{#-
    Expression: what a standard normal variable exceeds with chance `tail`, up to 0.5.

    Abramowitz & Stegun, Handbook of mathematical functions, 26.2.23: off by less than
    4.5e-4. Chances above 0.5 count as 0.5, those below 1e-12 as 1e-12.

        {{ normal_quantile('0.05') }}
-#}
{% macro normal_quantile(tail) -%}
    {%- set root -%}
        sqrt(-2 * ln(greatest(1e-12, least(0.5, {{ tail }}))))
    {%- endset -%}
    ({{ root }} - (
        2.515517 + 0.802853 * {{ root }} + 0.010328 * power({{ root }}, 2)
    ) / (
        1 + 1.432788 * {{ root }} + 0.189269 * power({{ root }}, 2)
        + 0.001308 * power({{ root }}, 3)
    ))
{%- endmacro %}

{#-
    Expression: a function's value at `z + 8` brought back to `z`, eight terms added up.

    Stirling's series are exact to 13 digits from 8 on only; below, the gamma functions
    follow from their recurrences (Abramowitz & Stegun, 6.1.15, 6.3.5, 6.4.6). `term` is
    an expression in which `@` stands for z, z + 1, ... z + 7.

        {{ shifted_sum('alpha', '1 / @') }}
-#}
{% macro shifted_sum(z, term) -%}
    (
        {%- for shift in range(8) %}
        {{ term | replace('@', '(' ~ z ~ ' + ' ~ shift ~ ')') }}
        {{- ' +' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

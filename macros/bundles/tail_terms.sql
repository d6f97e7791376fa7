{#-
    Expression: the next terms of a tail, of the last one `term`; their sum or the last.

    Going on by one basket takes one from each falling cell and gives one to each rising
    one; the term is multiplied by the quotients of these. The sum is written from the
    inside out, so that it grows with the number of terms and not with its square.

        total + {{ tail_terms(8, is_sum=true) }}
-#}
{% macro tail_terms(count, is_sum) -%}
    term
    {%- for place in range(count) %}
    * ((falling_1 - {{ place }}) / (rising_1 + {{ place + 1 }}))
    * ((falling_2 - {{ place }}) / (rising_2 + {{ place + 1 }}))
    {{- ' * (1 + 1e0' if is_sum and not loop.last }}
    {%- endfor -%}
    {{ ')' * (count - 1) if is_sum }}
{%- endmacro %}

{#-
    Condition: the app logged the chance with which it showed the arm.

    Up to 1; one below a millionth is a typing error, and would outweigh the rest of the
    log by itself.

        case when {{ has_propensity() }} then 1 / propensity end
-#}
{% macro has_propensity(propensity='propensity') -%}
    {{ propensity }} between 1e-6 and 1
{%- endmacro %}

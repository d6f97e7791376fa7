{#-
    Expression: the probability whose logit is given, a double from 0 to 1; null for
    null. Beyond 500 either way it is 1 or 0, where exp() would overflow.

        {{ logistic('intercept + slope * score_logit') }}
-#}
{% macro logistic(expression) -%}
    case
        when {{ expression }} > 500 then cast(1 as double precision)
        when {{ expression }} < -500 then cast(0 as double precision)
        else 1 / (1 + exp(-cast({{ expression }} as double precision)))
    end
{%- endmacro %}

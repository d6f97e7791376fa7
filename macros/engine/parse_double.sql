{#-
    Expression: text as a double, null when it is not a plain number.

        {{ parse_double('propensity') }}
-#}
{% macro parse_double(expression) -%}
    case
        when {{ matches(
            'trim(' ~ expression ~ ')',
            '[+-]?[0-9]{1,14}([.][0-9]*)?([eE][+-]?[0-9]{1,2})?'
        ) }}
            then cast(trim({{ expression }}) as double precision)
    end
{%- endmacro %}

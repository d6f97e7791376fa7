{#-
    Expression: text as an integer, null when it is not a whole number.

    `5` and `5.0` are whole (spreadsheets and data frames write the latter), `5.5` and
    `five` are not; more than nine digits are no quantity.

        {{ parse_integer('quantity') }}
-#}
{% macro parse_integer(expression) -%}
    case
        when {{ matches('trim(' ~ expression ~ ')', '[+-]?[0-9]{1,9}([.]0*)?') }}
            then cast(cast(trim({{ expression }}) as numeric(18, 2)) as integer)
    end
{%- endmacro %}

{#-
    Expression: text without blanks around it, null when nothing is left.

        {{ clean_text('first_name') }} as first_name
-#}
{% macro clean_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}

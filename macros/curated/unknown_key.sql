{#-
    Text: key of the unknown member of every dimension.

        where customer_key != '{{ unknown_key() }}'
-#}
{% macro unknown_key() -%}
-1
{%- endmacro %}

{#-
    Expression: text as it stands between the quotes of a JSON string.

        '"' || {{ json_escape('product_sku') }} || '"'
-#}
{% macro json_escape(expression) -%}
    replace(replace(replace(replace(replace(
        {{ expression }}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"'),
        chr(10), chr(92) || 'n'), chr(13), chr(92) || 'r'), chr(9), chr(92) || 't')
{%- endmacro %}

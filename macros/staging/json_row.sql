{#-
    Expression: the named columns of a row as a JSON object, in text.

    Written by hand because the engines' own JSON functions differ in name, spacing
    and the order of keys.

        {{ json_row(['order_id', 'status']) }} as payload
-#}
{% macro json_row(columns) -%}
    '{'
    {%- for column in columns %}
    || '"{{ column }}": '
    || coalesce('"' || {{ json_escape(adapter.quote(column)) }} || '"', 'null')
    {%- if not loop.last %} || ', '{% endif %}
    {%- endfor %}
    || '}'
{%- endmacro %}

{% macro json_escape(expression) -%}
    replace(replace(replace(replace(replace(
        {{ expression }}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"'),
        chr(10), chr(92) || 'n'), chr(13), chr(92) || 'r'), chr(9), chr(92) || 't')
{%- endmacro %}

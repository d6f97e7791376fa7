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

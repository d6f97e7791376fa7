{#-
    Text: an error message as one short line that fits between single quotes in SQL.

        '{{ first_line(result.message) }}'
-#}
{% macro first_line(message) -%}
    {%- set lines = (message or 'skipped') | string | replace("'", "''") -%}
    {{ return((lines.splitlines() | join(' '))[:300].rstrip("'")) }}
{%- endmacro %}

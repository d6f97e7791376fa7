{#-
    Text: an error message as one short line that fits between single quotes in SQL, and
    without the colours in which dbt writes what unit tests say.

        '{{ first_line(result.message) }}'
-#}
{% macro first_line(message) -%}
    {%- set plain = modules.re.sub(
        '\\x1b\\[[0-9;]*m', '', (message or 'skipped') | string
    ) -%}
    {%- set lines = plain | replace("'", "''") -%}
    {{ return((lines.splitlines() | join(' '))[:300].rstrip("'")) }}
{%- endmacro %}

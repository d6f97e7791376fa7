{#-
    Text, quoted for SQL: which node of a process failed first and why.

    A skipped node did nothing wrong: it is named with the first failure of the run.

        {{ failure_message(result, failed) }}
-#}
{% macro failure_message(result, failed) -%}
    {%- set causes = failed | rejectattr('status', 'equalto', 'skipped') | list -%}
    {%- set is_skipped = result.status | string == 'skipped' and causes -%}
    {%- set cause = causes[0] if is_skipped else result -%}
    '{{ result.node.name }}: {{ "skipped because of " ~ cause.node.name ~ ": "
        if is_skipped }}{{ first_line(cause.message) }}'
{%- endmacro %}

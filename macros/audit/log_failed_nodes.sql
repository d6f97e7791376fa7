{#-
    Statements: one row of `pipeline_node_log` per node that failed, tests too, and per
    table that was skipped because of them.

        {{ log_failed_nodes(results_that_failed) }}
-#}
{% macro log_failed_nodes(failed) -%}
    {%- for result in failed
        if result.status | string != 'skipped'
        or result.node.resource_type in ['model', 'snapshot'] %}
    insert into audit.pipeline_node_log (
        execution_id, node_name, process_name, layer, status, end_time, error_message
    ) values (
        '{{ invocation_id }}', '{{ result.node.name }}',
        '{{ process_of(result.node) }}', '{{ result.node.schema }}',
        '{{ result.status | string | upper }}', {{ utc_now() }},
        '{{ first_line(result.message) }}'
    );
    {%- endfor %}
{%- endmacro %}

{#-
    Statements: one SUCCESS or FAILED row per process, one row per node that failed.

    A process succeeds when every selected node of it does. A killed run has no such
    rows, which is how the next one knows.

        on-run-end: "{{ log_processes_ended(results) }}"
-#}
{% macro log_processes_ended(results) -%}
    {%- if execute and flags.WHICH in ['build', 'run'] -%}
    {%- set built = results
        | selectattr('node.resource_type', 'in', ['model', 'snapshot']) | list -%}
    {%- for result in built if result.status | string != 'success' %}
    insert into audit.pipeline_node_log (
        execution_id, node_name, process_name, layer, status, end_time, error_message
    ) values (
        '{{ invocation_id }}', '{{ result.node.name }}',
        '{{ process_of(result.node) }}', '{{ result.node.schema }}',
        '{{ result.status | string | upper }}', {{ utc_now() }},
        '{{ first_line(result.message) }}'
    );
    {%- endfor %}
    {%- for process in selected_processes() %}
    {%- set failed = [] -%}
    {%- for result in built if process_of(result.node) == process
        and result.status | string != 'success' -%}
        {%- do failed.append(result) -%}
    {%- endfor %}
    insert into audit.pipeline_execution_log
    select
        started.execution_id,
        (
            select max(watermark.last_batch_id)
            from audit.pipeline_watermark as watermark
            where watermark.process_name like 'raw_%'
        ),
        started.process_name, started.layer, '{{ 'FAILED' if failed else 'SUCCESS' }}',
        started.start_time, {{ utc_now() }},
        (
            select sum(node_log.rows_processed)
            from audit.pipeline_node_log as node_log
            where
                node_log.execution_id = started.execution_id
                and node_log.process_name = started.process_name
        ),
        {{ "'" ~ failed[0].node.name ~ ': ' ~ first_line(failed[0].message) ~ "'"
            if failed else 'null' }}
    from audit.pipeline_execution_log as started
    where
        started.execution_id = '{{ invocation_id }}'
        and started.process_name = '{{ process }}';
    {%- if not failed %}
    delete from audit.pipeline_watermark where process_name = '{{ process }}';
    insert into audit.pipeline_watermark
    select '{{ process }}', {{ utc_now() }}, max(last_batch_id)
    from audit.pipeline_watermark where process_name like 'raw_%';
    {%- endif %}
    {%- endfor %}
    {%- endif -%}
{%- endmacro %}

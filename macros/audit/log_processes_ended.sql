{#-
    Statements: one SUCCESS or FAILED row per process, one row per node that failed.

    A process succeeds when every selected node of it does. A killed run has no such
    rows, which is how the next one knows. A test that failed is a node too, and the
    reason that is given for what was skipped because of it; an exposure has nothing to
    do. It is one transaction: a process that is logged as SUCCESS has its watermark.

        on-run-end: "{{ log_processes_ended(results) }}"
-#}
{% macro log_processes_ended(results) -%}
    {%- if execute and is_building() -%}
    {%- set failed = [] -%}
    {%- for result in results
        if result.status | string not in ['success', 'pass', 'warn', 'no-op'] -%}
        {%- do failed.append(result) -%}
    {%- endfor -%}
    {%- set processes = selected_processes() -%}
    begin;
    {{ log_failed_nodes(failed) }}
    {{ note_proven_tests(results) }}
    {%- for process in processes %}
    {%- set own = [] -%}
    {%- for result in failed if process_of(result.node) == process
        and result.node.resource_type in ['model', 'snapshot'] -%}
        {%- do own.append(result) -%}
    {%- endfor -%}
    insert into audit.pipeline_execution_log
    select
        started.execution_id, started.batch_id, started.process_name, started.layer,
        '{{ 'FAILED' if own else 'SUCCESS' }}', started.start_time, {{ utc_now() }},
        (
            select sum(node_log.rows_processed)
            from audit.pipeline_node_log as node_log
            where
                node_log.execution_id = started.execution_id
                and node_log.process_name = started.process_name
        ),
        {{ failure_message(own[0], failed) if own else 'null' }}
    from audit.pipeline_execution_log as started
    where
        started.execution_id = '{{ invocation_id }}'
        and started.process_name = '{{ process }}'
        and started.status = 'STARTED';
    {%- if own and process == 'Aggregate_Gold' -%}
        {%- do say_gold_was_left(own[0], failed) -%}
    {%- endif %}
    {%- if not own %}
    delete from audit.pipeline_watermark where process_name = '{{ process }}';
    insert into audit.pipeline_watermark (
        process_name, last_processed_timestamp, last_batch_id
    )
    select '{{ process }}', {{ utc_now() }}, max(last_batch_id)
    from audit.pipeline_watermark
    where process_name in ('{{ process_tables(process) | join("', '") }}');
    {%- endif %}
    {%- endfor %}
    commit;
    {%- endif -%}
{%- endmacro %}

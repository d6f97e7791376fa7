{#-
    Statements: close what a killed run left open, then log the processes to come.

    A STARTED row without an end belongs to a run that was killed: only one build can
    write the warehouse at a time.

        on-run-start: "{{ log_processes_started() }}"
-#}
{% macro log_processes_started() -%}
    {%- if execute and is_building() -%}
    {%- do refuse_empty_build() %}
    insert into audit.pipeline_execution_log
    select
        started.execution_id, started.batch_id, started.process_name, started.layer,
        'FAILED', started.start_time, {{ utc_now() }}, null, 'killed: no end was logged'
    from audit.pipeline_execution_log as started
    left join audit.pipeline_execution_log as ended
        on
            started.execution_id = ended.execution_id
            and started.process_name = ended.process_name
            and ended.status != 'STARTED'
    where started.status = 'STARTED' and ended.execution_id is null;
    {%- set number = next_load_id() %}
    {%- for process in selected_processes() %}
    insert into audit.pipeline_execution_log (
        execution_id, batch_id, process_name, layer, status, start_time
    ) values (
        '{{ invocation_id }}', {{ number }}, '{{ process }}',
        '{{ process_layers()[process] }}', 'STARTED', {{ utc_now() }}
    );
    {%- endfor %}
    {%- endif -%}
{%- endmacro %}

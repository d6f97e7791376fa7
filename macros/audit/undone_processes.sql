{#-
    List: the named processes that the newest build has begun and not ended well.

        {% set names = undone_processes() %}
-#}
{% macro undone_processes() -%}
    {%- set undone -%}
        select started.process_name
        from audit.pipeline_execution_log as started
        left join audit.pipeline_execution_log as ended
            on
                started.execution_id = ended.execution_id
                and started.process_name = ended.process_name
                and ended.status = 'SUCCESS'
        where
            started.status = 'STARTED'
            and ended.execution_id is null
            and started.batch_id
            = (select max(newest.batch_id) from audit.pipeline_execution_log as newest)
    {%- endset -%}
    {%- set names = run_query(undone).columns[0].values() -%}
    {%- do end_hook_query() -%}
    {{ return(names | list) }}
{%- endmacro %}

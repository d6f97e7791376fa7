{#-
    Whole number: one more than the number of any build that left a row or a log entry.

    Taken from the tables themselves as well, because the log may have been pruned or
    lost: a number used before would hide rows from what reads them. Views hold none of
    their own.

        {% set number = next_load_id() %}
-#}
{% macro next_load_id() -%}
    {%- set newest = ['select max(batch_id) from audit.pipeline_execution_log'] -%}
    {%- for node in graph.nodes.values()
        if 'load_id' in node.columns
        and node.config.materialized not in ['ephemeral', 'view'] -%}
        {%- set table = adapter.get_relation(
            node.database, node.schema, node.alias
        ) -%}
        {%- if table -%}
            {%- do newest.append('select max(load_id) from ' ~ table) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set numbers = run_query(newest | join(' union all ')).columns[0].values() -%}
    {%- do end_hook_query() -%}
    {{ return((numbers | select | max | default(0, true)) + 1) }}
{%- endmacro %}

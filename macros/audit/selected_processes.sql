{#-
    List: the named processes of which this run has selected a node, in order.

    `dbt retry` does not tell its hooks what it selects. It goes on with what the newest
    build left undone, or with all where that cannot be said.

        {% for process in selected_processes() %}
-#}
{% macro selected_processes() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.unique_id in selected_resources
        and node.resource_type in ['model', 'snapshot'] -%}
        {%- do found.append(process_of(node)) -%}
    {%- endfor -%}
    {%- if not selected_resources -%}
        {%- set found = undone_processes() or process_layers() | list -%}
    {%- endif -%}
    {{ return(process_layers() | select('in', found) | list) }}
{%- endmacro %}

{#-
    List: the named processes of which this run has selected a node, in order.

        {% for process in selected_processes() %}
-#}
{% macro selected_processes() -%}
    {%- set found = [] -%}
    {%- for node in graph.nodes.values() if node.unique_id in selected_resources
        and node.resource_type in ['model', 'snapshot'] -%}
        {%- do found.append(process_of(node)) -%}
    {%- endfor -%}
    {{ return(process_layers() | select('in', found) | list) }}
{%- endmacro %}

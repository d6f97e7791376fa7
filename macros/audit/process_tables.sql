{#-
    List: the tables that a named process fills, whether or not this run selects them.

    Of Extract_Source_to_Raw only the raw ones, whose batches its watermark counts.

        {% set tables = process_tables('Load_Facts') %}
-#}
{% macro process_tables(process) -%}
    {%- set names = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'snapshot']
        and process_of(node) == process and 'staging' not in node.fqn -%}
        {%- do names.append(node.alias) -%}
    {%- endfor -%}
    {{ return(names | sort) }}
{%- endmacro %}

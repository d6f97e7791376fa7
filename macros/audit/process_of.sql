{#-
    Text: the named process that a node belongs to, '' for a node outside them.

    `node` is a node of the graph or of the results; its folder decides.

        {{ process_of(model) }}
-#}
{% macro process_of(node) -%}
    {%- set processes = {
        'raw': 'Extract_Source_to_Raw',
        'staging': 'Extract_Source_to_Raw',
        'dimensions': 'Load_Dimensions',
        'snapshot': 'Load_Dimensions',
        'facts': 'Load_Facts',
        'gold': 'Aggregate_Gold',
    } -%}
    {%- set places = [node.resource_type | string] + node.fqn -%}
    {%- set found = places | select('in', processes) | list -%}
    {{ return(processes[found[0]] if found else '') }}
{%- endmacro %}

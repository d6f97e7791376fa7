{#-
    List: the nodes whose tables a model reads, those behind ephemeral models too.

    What its code does not name it only waits for (`wait_for_tests`). dbt adds every
    node that a Python model depends on to its compiled code, but not to its own. A
    model whose rows follow from few of its inputs, and from no row of the others that
    these do not tell of, names them in its meta: `changes_with`.

        {% for input in table_inputs(model) %}
-#}
{% macro table_inputs(node) -%}
    {%- set code = model.raw_code if model.language == 'python' else compiled_code -%}
    {%- set only = (node.config.meta or {}).get('changes_with') -%}
    {%- set found = [] -%}
    {%- for unique_id in node.depends_on.nodes | sort -%}
        {%- set input = graph.nodes.get(unique_id, graph.sources.get(unique_id)) -%}
        {%- if input.config.materialized == 'ephemeral' -%}
            {%- do found.extend(table_inputs(input)) -%}
        {%- elif input.name in code and (not only or input.name in only) -%}
            {%- do found.append(input) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found | unique(attribute='unique_id') | list) }}
{%- endmacro %}

{#-
    Boolean: whether the rows of the table under test say which build wrote them.

        {% if has_load_id() %}
-#}
{% macro has_load_id() -%}
    {%- set node = graph.nodes.get(model.attached_node, {}) if execute else {} -%}
    {{ return('load_id' in node.get('columns', {})) }}
{%- endmacro %}

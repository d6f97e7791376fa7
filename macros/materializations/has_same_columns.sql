{#-
    Boolean: whether two relations have columns of the same names and types, in order.

        {% if has_same_columns(existing, new_table) %}
-#}
{% macro has_same_columns(left, right) -%}
    {%- set shapes = [] -%}
    {%- for relation in [left, right] -%}
        {%- set shape = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do shape.append(column.name ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- do shapes.append(shape) -%}
    {%- endfor -%}
    {{ return(shapes[0] == shapes[1]) }}
{%- endmacro %}

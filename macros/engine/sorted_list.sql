{#-
    Aggregate expression: the distinct texts of a group in order, joined by commas.

        {{ sorted_list('row_hash') }}
-#}
{% macro sorted_list(expression) -%}
    string_agg(distinct {{ expression }}, ',' order by {{ expression }})
{%- endmacro %}

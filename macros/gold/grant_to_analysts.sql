{#-
    Nothing, but lets the role `analyst_role` read a table of gold, and it alone.

    Where the variable is empty, grants stay as they are; so do those of other layers.
    DuckDB has no roles.

        +post-hook: "{{ grant_to_analysts() }}"
-#}
{% macro grant_to_analysts() -%}
    {{ return(adapter.dispatch('grant_to_analysts')()) }}
{%- endmacro %}

{% macro default__grant_to_analysts() -%}
    {%- if execute and this.schema == 'gold' and var('analyst_role') -%}
        {%- do apply_grants(this, {'select': [var('analyst_role')]}, true) -%}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__grant_to_analysts() -%}
{%- endmacro %}

{#-
    Statements: let the role `analyst_role` look into the schema gold, where it is set.

    Without it, or on DuckDB, which has no roles, nothing.

        on-run-start: "{{ let_analysts_in() }}"
-#}
{% macro let_analysts_in() -%}
    {{ return(adapter.dispatch('let_analysts_in')()) }}
{%- endmacro %}

{% macro default__let_analysts_in() -%}
    {%- if is_building() and var('analyst_role') -%}
    create schema if not exists gold;
    grant usage on schema gold to {{ var('analyst_role') }};
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__let_analysts_in() -%}
{%- endmacro %}

{#-
    Nothing, but ends the transaction that a query in a hook has begun.

    On DuckDB run_query() begins one, which dbt would roll back at the end of the hooks,
    with what they wrote. On PostgreSQL it begins none.

        {% do end_hook_query() %}
-#}
{% macro end_hook_query() -%}
    {{ return(adapter.dispatch('end_hook_query')()) }}
{%- endmacro %}

{% macro default__end_hook_query() -%}
{%- endmacro %}

{% macro duckdb__end_hook_query() -%}
    {%- do adapter.commit() -%}
{%- endmacro %}

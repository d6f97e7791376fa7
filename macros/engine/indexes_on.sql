{#-
    List of dbt's index configurations, one for each column; empty on DuckDB.

    DuckDB reads whole columns fast and renames no table that has an index.

        config(indexes=indexes_on(['order_date', 'order_id']))
-#}
{% macro indexes_on(columns) -%}
    {{ return(adapter.dispatch('indexes_on')(columns)) }}
{%- endmacro %}

{% macro default__indexes_on(columns) -%}
    {%- set indexes = [] -%}
    {%- for column in columns -%}
        {%- do indexes.append({'columns': [column]}) -%}
    {%- endfor -%}
    {{ return(indexes) }}
{%- endmacro %}

{% macro duckdb__indexes_on(columns) -%}
    {{ return([]) }}
{%- endmacro %}

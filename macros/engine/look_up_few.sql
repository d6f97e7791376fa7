{#-
    Statement: let a join that looks for few keys tell the scan below which these are.

    DuckDB may shorten the keys of a join before joining. The scan is then asked for all
    rows, and whatever the views make of a row is made of all of them: at 30 million
    order lines, staging of the orders of a day took 3.8 s instead of 0.15 s. A first
    build and a full refresh join all rows and have less to hold by it, so theirs stays.

        on-run-start: "{{ look_up_few() }}"
-#}
{% macro look_up_few() -%}
    {{ adapter.dispatch('look_up_few')() }}
{%- endmacro %}

{% macro default__look_up_few() -%}
{%- endmacro %}

{% macro duckdb__look_up_few() -%}
    {%- set built -%}
        select count(*) from audit.pipeline_watermark
    {%- endset -%}
    {%- if execute and not flags.FULL_REFRESH
        and run_query(built).columns[0].values()[0] > 0 -%}
    set disabled_optimizers = 'compressed_materialization'
    {%- endif -%}
{%- endmacro %}

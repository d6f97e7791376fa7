{#-
    Nothing, but stops `dbt build --empty` on a warehouse that holds data.

    It would empty gold and take rows out that no later build knows to be missing.

        {% do refuse_empty_build() %}
-#}
{% macro refuse_empty_build() -%}
    {%- if flags.EMPTY -%}
        {%- set built = run_query('select count(*) from audit.pipeline_watermark') -%}
        {%- do end_hook_query() -%}
        {%- if built.columns[0].values()[0] > 0 -%}
            {%- do exceptions.raise_compiler_error(
                '--empty would take data out of this warehouse; use another one'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

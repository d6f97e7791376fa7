{#-
    Expression: number of the newest build that wrote into this table, 0 for none.

    Rows of its inputs with a larger one are what the table has not seen.

        where orders.load_id > {{ newest_load() }}
-#}
{% macro newest_load() -%}
    {%- set question -%}
        select coalesce(max(loaded.load_id), 0) from {{ this }} as loaded
    {%- endset -%}
    {#- a first build writes the statements of later ones, too, and leaves them out -#}
    {{ as_literal(question) if is_incremental() else '(' ~ question ~ ')' }}
{%- endmacro %}

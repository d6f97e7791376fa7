{#-
    Nothing, but puts the rows just made where readers find them: in `existing`.

    By its name, the old table being renamed to `old_table`. On PostgreSQL that would
    wait for every transaction that has read the table, and take along the views on it;
    so there the rows are replaced, which readers see at commit, unless the columns are
    others than before.

        {% do exchange(existing, new_table, old_table) %}
-#}
{% macro exchange(existing, new_table, old_table) -%}
    {{ return(adapter.dispatch('exchange')(existing, new_table, old_table)) }}
{%- endmacro %}

{% macro default__exchange(existing, new_table, old_table) -%}
    {%- set target_table = this.incorporate(type='table') -%}
    {%- if existing -%}
        {%- do adapter.rename_relation(existing, old_table) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(new_table, target_table) -%}
    {%- do create_indexes(target_table) -%}
{%- endmacro %}

{% macro postgres__exchange(existing, new_table, old_table) -%}
    {%- if existing and existing.is_table and has_same_columns(existing, new_table) -%}
        {%- call statement('exchange') -%}
            delete from {{ existing }};
            insert into {{ existing }} select * from {{ new_table }};
            drop table {{ new_table }};
        {%- endcall -%}
    {%- else -%}
        {%- do default__exchange(existing, new_table, old_table) -%}
    {%- endif -%}
{%- endmacro %}

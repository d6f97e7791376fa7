{#-
    Expression: text that is ordered by its bytes, as DuckDB and Python order it.

    A PostgreSQL database orders text by its locale, so that 'a' may come before 'B'.

        row_number() over (order by {{ in_byte_order('product_sku') }})
-#}
{% macro in_byte_order(expression) -%}
    {{ return(adapter.dispatch('in_byte_order')(expression)) }}
{%- endmacro %}

{% macro default__in_byte_order(expression) -%}
    {{ expression }}
{%- endmacro %}

{% macro postgres__in_byte_order(expression) -%}
    {{ expression }} collate "C"
{%- endmacro %}

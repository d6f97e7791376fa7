{#-
    Expression: a text's MD5 hash, or what of it an integer of 64 bits holds.

    A sum of hashes tells whether two sets of rows are the same in whatever order they
    come. Engines differ in which digits of the hash they give. Null for null.

        sum({{ hash_number('order_id') }})
-#}
{% macro hash_number(expression) -%}
    {{ adapter.dispatch('hash_number')(expression) }}
{%- endmacro %}

{% macro default__hash_number(expression) -%}
    cast(conv(substr(md5({{ expression }}), 1, 15), 16, 10) as bigint)
{%- endmacro %}

{% macro duckdb__hash_number(expression) -%}
    md5_number_lower({{ expression }})
{%- endmacro %}

{% macro postgres__hash_number(expression) -%}
    cast(cast('x' || substr(md5({{ expression }}), 1, 15) as bit(60)) as bigint)
{%- endmacro %}

{#-
    Boolean: whether this command needs the lease of the warehouse.

    That is whatever writes tables, on PostgreSQL; the file lock of DuckDB does as well.

        {% if needs_lease() %}
-#}
{% macro needs_lease() -%}
    {{ return(
        execute and adapter.type() == 'postgres'
        and (is_building() or flags.WHICH == 'seed')
    ) }}
{%- endmacro %}

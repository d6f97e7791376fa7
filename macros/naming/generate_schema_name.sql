{#-
    Schema of a node: exactly the configured name, without the target's prefix.

    Returns a name. The warehouse's schemas are an interface (landing, raw, staging,
    intermediate, curated, gold, audit, truth), so a target must not rename them.

        config(schema='gold')  ->  gold
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}

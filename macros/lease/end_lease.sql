{#-
    Statement: give the lease of the warehouse back.

        on-run-end: "{{ end_lease() }}"
-#}
{% macro end_lease() -%}
    {%- if needs_lease() -%}
    delete from audit.build_lease where execution_id = '{{ invocation_id }}'
    {%- endif -%}
{%- endmacro %}

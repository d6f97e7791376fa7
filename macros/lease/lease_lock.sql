{#-
    Whole number: key of the advisory lock behind the lease, the same in all builds.

    A build that starts asks for it alone, each node of a build shares it.

        pg_try_advisory_xact_lock({{ lease_lock() }})
-#}
{% macro lease_lock() -%}
    1129076051
{%- endmacro %}

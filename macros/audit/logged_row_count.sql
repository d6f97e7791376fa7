{#-
    Expression: rows that this build counted in a table, null if it has not yet.

        coalesce({{ logged_row_count('fact_orders') }}, (select count(*) from ...))
-#}
{% macro logged_row_count(node_name) -%}
    (
        select max(node_log.row_count)
        from audit.pipeline_node_log as node_log
        where
            node_log.execution_id = '{{ invocation_id }}'
            and node_log.node_name = '{{ node_name }}'
    )
{%- endmacro %}

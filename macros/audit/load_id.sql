{#-
    Expression: number of the running build, which every row it writes carries.

    One more than any number that a table or the log holds, so that a table finds what
    its inputs have gained since its own newest row, whatever clocks say.

        {{ load_id() }} as load_id
-#}
{% macro load_id() -%}
    cast((
        select max(started.batch_id) from audit.pipeline_execution_log as started
        where started.execution_id = '{{ invocation_id }}'
    ) as bigint)
{%- endmacro %}

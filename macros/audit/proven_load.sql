{#-
    Expression: newest build whose rows this test has passed on already, 0 for none.

    Within a build a test looks only at rows with a larger `load_id`, whose number is
    that of the new rows and not of the history; `dbt test` looks at all rows.

        where load_id > {{ proven_load() }}
-#}
{% macro proven_load() -%}
    {%- if is_building() -%}
    {%- set question -%}
        select coalesce(max(proven.load_id), 0) from audit.proven_tests as proven
        where
            proven.test_name = '{{ model.name }}'
            and proven.test_hash = '{{ test_hash(model.unique_id) }}'
    {%- endset -%}
    {{ as_literal(question) }}
    {%- else -%}
    0
    {%- endif -%}
{%- endmacro %}

{#-
    Relation: what a generic test looks at; dbt's own macro, replaced.

    Within a build those are the rows that the test has not passed on yet, where rows
    say which build wrote them. `where` in a test's config narrows it further.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where')] | select | list -%}
    {%- if has_load_id() and is_building() -%}
        {%- do conditions.append('load_id > ' ~ proven_load()) -%}
    {%- endif -%}
    {%- if conditions -%}
    (
        select * from {{ relation }}
        where {{ conditions | join(' and ') }}
    ) as rows_to_test
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}

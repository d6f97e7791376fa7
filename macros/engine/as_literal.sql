{#-
    Expression: the whole number that a query gives, as a literal; never null.

    A planner that sees the number knows how few rows lie above it, reads only the parts
    of a table that hold some, and joins those first; of a subquery it knows nothing. At
    10 million order lines that is 0.03 s against 1.3 s. It is asked when the statement
    is about to run; elsewhere, as in unit tests, the query itself stands for it.

        where load_id > {{ as_literal('select max(load_id) from ' ~ this) }}
-#}
{% macro as_literal(question) -%}
    {%- if execute and is_building() and model.resource_type != 'unit_test' -%}
        {{ run_query(question).columns[0].values()[0] | int }}
    {%- else -%}
        ({{ question }})
    {%- endif -%}
{%- endmacro %}

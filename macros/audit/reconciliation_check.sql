{#-
    Statement: one row of the reconciliation, from two scalar queries.

    A gap is a FAIL, or a WARN where `explained` says why the two may differ.

        {{ reconciliation_check(
            'orders: rows', 'raw', 'curated',
            expected='select count(*) from orders', actual='select ...'
        ) }}
-#}
{% macro reconciliation_check(
    name, layer_from, layer_to, expected, actual, explained=none
) -%}
    select
        '{{ name }}' as check_name,
        '{{ layer_from }}' as layer_from,
        '{{ layer_to }}' as layer_to,
        cast(coalesce(({{ expected }}), 0) as numeric(28, 2)) as expected,
        cast(coalesce(({{ actual }}), 0) as numeric(28, 2)) as actual,
        cast('{{ 'WARN' if explained else 'FAIL' }}' as varchar) as status_of_gap,
        cast({{ "'" ~ explained ~ "'" if explained else 'null' }} as varchar)
            as explanation
{%- endmacro %}

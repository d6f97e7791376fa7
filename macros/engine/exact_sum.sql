{#-
    Expression: sum of doubles, the same in whatever order rows come.

    A sum of doubles depends on their order, which no engine promises: a table made anew
    would differ in its last digits. So they are added up as decimals of so many
    `places`, and of 38 digits. `window` is an `over` clause.

        {{ exact_sum('mass', 'over (partition by bandit_id)') }} as total_mass
-#}
{% macro exact_sum(expression, window='', places=18) -%}
    cast(
        sum(cast({{ expression }} as numeric(38, {{ places }}))) {{ window }}
        as double precision
    )
{%- endmacro %}

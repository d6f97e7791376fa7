{#-
    Clause at the end of a CTE: its expressions are worked out once for each row.

    PostgreSQL puts the expressions of a CTE in the place of their names wherever these
    are used, so that steps which use the step before several times each grow without
    end: planning a Newton step took 300 ms, and running it 100. With an offset, even
    of 0, it does not.

        select a * b as c from d {{ evaluated_once() }}
-#}
{% macro evaluated_once() -%}
    {{ adapter.dispatch('evaluated_once')() }}
{%- endmacro %}

{% macro default__evaluated_once() -%}
{%- endmacro %}

{% macro postgres__evaluated_once() -%}
    offset 0
{%- endmacro %}

{#-
    Statement: count the values of a table just made, for the planner; else nothing.

    PostgreSQL knows nothing of a new table until its autovacuum comes by, and guesses:
    of 53,000 customers of one batch it took an index on the batch for a good way to
    find one customer, and looked for minutes. What a day adds to a table changes the
    picture little. DuckDB counts as it writes.

        +post-hook: "{{ refresh_statistics() }}"
-#}
{% macro refresh_statistics() -%}
    {{ adapter.dispatch('refresh_statistics')() }}
{%- endmacro %}

{% macro default__refresh_statistics() -%}
{%- endmacro %}

{% macro postgres__refresh_statistics() -%}
    {%- if config.get('materialized') != 'view' and not is_incremental() -%}
    analyze {{ this }}
    {%- endif -%}
{%- endmacro %}

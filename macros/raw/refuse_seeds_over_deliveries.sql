{#-
    Statement: nothing, or an error when seeding would replace a shop's own data.

    Once scripts/land.py has landed a delivery, the demo's seeds must not come back.
    On PostgreSQL a landing can be under way: it is waited for, and none can start
    before the seed is committed. The lock's number is that of scripts/land.py.

        +pre-hook: "{{ refuse_seeds_over_deliveries() }}"
-#}
{% macro refuse_seeds_over_deliveries() -%}
    {%- if execute and target.type == 'postgres' -%}
        {%- do run_query("select pg_advisory_xact_lock_shared(1818324580)") -%}
    {%- endif -%}
    {%- set delivered = run_query(
        "select count(*) from landing.delivered_files"
    ).columns[0].values()[0] if execute else 0 -%}
    {%- if delivered -%}
        {{ exceptions.raise_compiler_error(
            "this warehouse holds deliveries landed by scripts/land.py; the demo's"
            ~ " seeds would replace them. Run: dbt build --exclude resource_type:seed"
        ) }}
    {%- endif -%}
{%- endmacro %}

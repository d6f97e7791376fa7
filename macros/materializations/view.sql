{#-
    Materialization: a view, as dbt's own; on PostgreSQL its dependents stay.

    There dbt replaces a view by dropping it, and with it every view that reads it. A
    build that stops half-way would leave the reconciliation out. So only a view whose
    columns are others than before is dropped.
-#}
{% materialization view, adapter='postgres' -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_view = this.incorporate(type='view') -%}
    {%- set new_view = make_intermediate_relation(target_view) -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_view)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        {{ get_create_view_as_sql(new_view, sql) }}
    {%- endcall -%}
    {%- if existing and existing.is_view and has_same_columns(existing, new_view) -%}
        {%- call statement('replace') -%}
            drop view {{ new_view }};
            create or replace view {{ target_view }} as ({{ sql }});
        {%- endcall -%}
    {%- else -%}
        {%- do drop_relation_if_exists(existing) -%}
        {%- do adapter.rename_relation(new_view, target_view) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(
        target_view, config.get('grants'), should_revoke(existing, true)
    ) -%}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_view]}) }}
{%- endmaterialization %}

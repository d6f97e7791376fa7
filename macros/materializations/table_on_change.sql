{#-
    Materialization: a table, made anew when what it is made of has changed.

    Otherwise it is left as it is, and only the node log says that it was looked at.
    What counts is its code with the variables in it, and its inputs: `inputs_hash`. A
    table that is not there or holds another number of rows than was written is made
    anew too; so is every one with --full-refresh. How it is made is dbt's own way with
    tables; dbt runs a Python model only from within a materialization of its own, so
    that cannot be called.

        +materialized: table_on_change
-#}
{% materialization table_on_change, default, supported_languages=['sql', 'python'] -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_table = this.incorporate(type='table') -%}
    {#- what a killed build left goes, whether or not there is anything to make -#}
    {%- set new_table = make_intermediate_relation(target_table) -%}
    {%- set old_table = make_backup_relation(
        target_table, existing.type if existing else 'table'
    ) -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_table)) -%}
    {%- do drop_relation_if_exists(load_cached_relation(old_table)) -%}
    {%- if is_unchanged(existing) -%}
        {%- call noop_statement('main', 'UNCHANGED', 'UNCHANGED', 0) -%}
        {%- endcall -%}
        {%- call statement('log_unchanged') -%}
            {{ log_model_built(is_unchanged=true) }}
        {%- endcall -%}
        {{ grant_to_analysts() }}
        {%- do adapter.commit() -%}
        {{ return({'relations': [target_table]}) }}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main', language=model.language) -%}
        {%- if model.language == 'python' -%}
            {{ create_table_as(False, new_table, compiled_code, 'python') }}
        {%- else -%}
            {{ get_create_table_as_sql(False, new_table, compiled_code) }}
        {%- endif -%}
    {%- endcall -%}
    {%- do exchange(existing, new_table, old_table) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(
        target_table, config.get('grants'), should_revoke(existing, true)
    ) -%}
    {%- do persist_docs(target_table, model) -%}
    {%- do adapter.commit() -%}
    {%- do drop_relation_if_exists(old_table) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_table]}) }}
{%- endmaterialization %}

{#-
    Statements: note the build up to which each test that passed has seen all rows.

        {{ note_proven_tests(results) }}
-#}
{% macro note_proven_tests(results) -%}
    {%- set tests = [] -%}
    {%- for result in results if result.node.resource_type == 'test'
        and result.status | string in ['pass', 'warn'] -%}
        {%- do tests.append(
            "('" ~ result.node.name ~ "', '" ~ test_hash(result.node.unique_id) ~ "')"
        ) -%}
    {%- endfor -%}
    {%- if tests %}
    delete from audit.proven_tests
    where test_name in (
        select passed.test_name
        from (values {{ tests | join(', ') }}) as passed (test_name, test_hash)
    );
    insert into audit.proven_tests (test_name, test_hash, load_id)
    select
        passed.test_name,
        passed.test_hash,
        {{ load_id() }}
    from (values {{ tests | join(', ') }}) as passed (test_name, test_hash)
    where {{ load_id() }} is not null;
    {%- endif -%}
{%- endmacro %}

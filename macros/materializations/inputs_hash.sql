{#-
    Expression: fingerprint of what a table is made of, 32 hexadecimal digits.

    Its code and contract, and of each input the number of rows and the newest build
    among them; an input whose rows carry no build stands with its own fingerprint. What
    this build has made and counted is not counted again. A view's code counts as well,
    for it is no row. Null, which is like no other, where an input has neither, such as
    a seed.

        where watermark.inputs_hash = {{ inputs_hash() }}
-#}
{% macro inputs_hash() -%}
    md5(
        '{{ local_md5(compiled_code ~ model.contract.checksum) }}'
        {%- for input in table_inputs(model) %}
        {%- if input.config.materialized == 'view' %}
        || ' {{ input.checksum.checksum }}'
        {%- endif %}
        {%- set table = api.Relation.create(
            database=input.database, schema=input.schema, identifier=input.name
        ) %}
        || ' ' || cast(
            coalesce(
                {{ logged_row_count(input.name) }}, (select count(*) from {{ table }})
            ) as varchar
        )
        || ' ' ||
        {%- if 'load_id' in input.columns %}
        coalesce(cast((select max(load_id) from {{ table }}) as varchar), '')
        {%- else %}
        (
            select max(watermark.inputs_hash)
            from audit.pipeline_watermark as watermark
            where watermark.process_name = '{{ input.name }}'
        )
        {%- endif %}
        {%- endfor %}
    )
{%- endmacro %}

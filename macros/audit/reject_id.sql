{#-
    Expression: fingerprint of one broken rule of one rejected row.

    `rejected` and `rules` are the names of the joined relations.

        {{ reject_id('rejected', 'rules') }} as reject_id
-#}
{% macro reject_id(rejected, rules) -%}
    md5(
        {{ rejected }}.source_table || '|' || {{ rules }}.rule || '|'
        || {{ rejected }}.row_hash || '|'
        || coalesce(cast({{ rejected }}.batch_id as varchar), '')
    )
{%- endmacro %}

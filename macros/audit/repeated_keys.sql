{#-
    Statement: keys that are in a table more than once, with how often.

    `rows` is what the test looks at; the keys in it are counted in the whole table,
    so that a new row with an old key is found. Keys that are null do not repeat.

        {{ repeated_keys(model, ['order_id']) }}
-#}
{% macro repeated_keys(rows, columns) -%}
    {%- set node = graph.nodes.get(model.attached_node) if execute -%}
    {%- set listed = columns | join(', ') %}
    {%- set relation = api.Relation.create(
        database=node.database, schema=node.schema, identifier=node.alias
    ) if node else rows %}
    select
        {{ listed }},
        count(*) as row_count
    from {{ relation }}
    where
        {{ columns | join(' is not null and ') }} is not null
        and ({{ listed }}) in (select {{ listed }} from {{ rows }})
    group by {{ listed }}
    having count(*) > 1
{%- endmacro %}

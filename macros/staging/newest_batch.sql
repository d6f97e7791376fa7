{#-
    Expression: number of the newest batch in this table, 0 for none.

        where batch_id > {{ newest_batch() }}
-#}
{% macro newest_batch() -%}
    {{ as_literal(
        'select coalesce(max(loaded.batch_id), 0) from ' ~ this ~ ' as loaded'
    ) }}
{%- endmacro %}

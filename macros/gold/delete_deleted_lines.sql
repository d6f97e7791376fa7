{#-
    Statement: take out the order lines that their source has deleted.

    They are not among the rows that a build writes anew, so replacing rows by key
    cannot reach them. Only those that this table has not seen: earlier ones are out.

        pre_hook="{{ delete_deleted_lines(ref('fact_order_lines')) }}"
-#}
{% macro delete_deleted_lines(order_lines) -%}
    {%- if execute and load_relation(this) %}
    delete from {{ this }}
    where order_line_id in (
        select deleted.order_line_id from {{ order_lines }} as deleted
        where deleted.is_deleted and deleted.load_id > {{ newest_load() }}
    )
    {%- endif %}
{%- endmacro %}

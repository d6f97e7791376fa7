{#-
    Statement: take out till returns whose line was corrected into a sale.

    Such a line no longer yields a refund row, so replacing rows by key cannot reach
    the row that an earlier build made of it.

        pre_hook="{{ delete_undone_returns(ref('fact_order_lines')) }}"
-#}
{% macro delete_undone_returns(order_lines) -%}
    {%- if execute and load_relation(this) %}
    delete from {{ this }}
    where
        source_system = 'POS'
        and refund_id in (
            select corrected.order_line_id from {{ order_lines }} as corrected
            where
                not corrected.is_return
                and corrected.load_id > {{ newest_load() }}
        )
    {%- endif %}
{%- endmacro %}

{#-
    Statement: take out till returns whose line was corrected into a sale.

    Such a line no longer yields a refund row, so replacing rows by key cannot reach
    the row that an earlier build made of it.

        post_hook="{{ delete_undone_returns(ref('fact_order_lines')) }}"
-#}
{% macro delete_undone_returns(order_lines) -%}
    delete from {{ this }}
    where
        source_system = 'POS'
        and order_line_id in (
            select sold.order_line_id from {{ order_lines }} as sold
            where sold.source_system = 'POS' and not sold.is_return
        )
{%- endmacro %}

{#-
    Expression: whether a line is the first sale of its kind in its order.

    Of the lines of an order with the same `kind` (product, category) exactly one sale
    is, so that a plain sum counts orders, which need not be told apart again.

        {{ is_first_in_order('products.category') }} as is_first_of_category
-#}
{% macro is_first_in_order(kind) -%}
    (
        allocated_lines.is_sale
        and row_number() over (
            partition by
                allocated_lines.order_id, allocated_lines.is_sale, {{ kind }}
            order by allocated_lines.order_line_id
        ) = 1
    )
{%- endmacro %}

{#-
    Condition, with its `and`: the order is one of `touched_orders`; nothing at first.

    A first build, or a full refresh, works out every order.

        where not is_deleted {{- and_is_touched() }}
-#}
{% macro and_is_touched() -%}
    {%- if is_incremental() %}
        and order_id in (select touched_orders.order_id from touched_orders)
    {%- endif -%}
{%- endmacro %}

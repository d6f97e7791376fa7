{#-
    Statement: the orders whose lines `reporting_sales_wide` has to work out anew.

    Those that any of its inputs has touched since its own newest row, with the orders
    that a corrected payment or refund belonged to before.

        touched_orders as ({{ orders_to_refresh() }})
-#}
{% macro orders_to_refresh() -%}
    {%- set newest = newest_load() -%}
    {%- for fact in ['order_lines', 'orders', 'payments', 'refunds'] %}
    select touched.order_id from {{ ref('fact_' ~ fact) }} as touched
    where touched.load_id > {{ newest }}
    union
    {%- endfor %}
    select
        {{ referred_id() }} as order_id
    from {{ ref('fact_payments') }} as payments
    inner join {{ ref('int_past_references') }} as past_references
        on
            payments.source_system = past_references.source_system
            and substr(payments.payment_id, 5) = past_references.record_key
    where past_references.feed = 'payments' and payments.load_id > {{ newest }}
    union
    select lines.order_id
    from {{ ref('fact_refunds') }} as refunds
    inner join {{ ref('int_past_references') }} as past_references
        on
            refunds.source_system = past_references.source_system
            and substr(refunds.refund_id, 5) = past_references.record_key
    inner join {{ ref('fact_order_lines') }} as lines
        on
            {{ referred_id() }} = lines.order_line_id
    where
        past_references.feed = 'refunds'
        and refunds.load_id > {{ newest }}
        -- hardly ever, and then no line is looked for
        and refunds.order_line_id != {{ referred_id() }}
    union
    {%- for customers in [ref('dim_customers'), ref('snap_customers')] %}
    select orders.order_id
    from {{ customers }} as customers
    inner join {{ ref('fact_orders') }} as orders
        on customers.customer_id = orders.customer_id
    where customers.load_id > {{ newest }}
    union
    {%- endfor %}
    {%- for products in [ref('dim_products'), ref('snap_products')] %}
    select lines.order_id
    from {{ products }} as products
    inner join {{ ref('fact_order_lines') }} as lines
        on products.product_sku = lines.product_sku
    where products.load_id > {{ newest }}
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

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
    -- hardly ever is there one, and then no line is looked for
    select lines.order_id from {{ ref('fact_order_lines') }} as lines
    where lines.order_line_id in (
        select {{ referred_id() }}
        from {{ ref('fact_refunds') }} as refunds
        inner join {{ ref('int_past_references') }} as past_references
            on
                refunds.source_system = past_references.source_system
                and substr(refunds.refund_id, 5) = past_references.record_key
        where
            past_references.feed = 'refunds'
            and refunds.load_id > {{ newest }}
            and refunds.order_line_id != {{ referred_id() }}
    )
    {%- for fact, key, member in [
        ('orders', 'customer_id', 'customers'),
        ('order_lines', 'product_sku', 'products'),
    ] %}
    union
    select described.order_id from {{ ref('fact_' ~ fact) }} as described
    where described.{{ key }} in (
        select newest_member.{{ key }} from {{ ref('dim_' ~ member) }} as newest_member
        where newest_member.load_id > {{ newest }}
        union
        select past_member.{{ key }} from {{ ref('snap_' ~ member) }} as past_member
        where past_member.load_id > {{ newest }}
    )
    {%- endfor %}
{%- endmacro %}

{%- set orders = "from " ~ ref('fact_orders') ~ " where not is_deleted" -%}
{%- set lines = "from " ~ ref('fact_order_lines') ~ " where not is_deleted" -%}
{%- set gaps = [
    ('orders: headers that differ from their lines', "0",
     "select sum(abs(amount_gap)) " ~ orders,
     'such orders keep both figures and the gap, here without its sign'),
    ('order lines: reported totals that differ from quantity x price', "0",
     "select sum(abs(line_total_gap)) " ~ lines,
     'such till lines keep both figures and the gap, here without its sign'),
    ('orders: paid more than their total', "0",
     "select sum(payment_amount - total_amount) from overpaid_orders",
     'successful payments above the total of the order'),
    ('orders: amount without lines', "0",
     "select sum(total_amount) " ~ orders ~ " and line_count = 0",
     'headers whose lines have not come: counted as orders, not as sales'),
    ('orders: amount without a day', "0",
     "select sum(total_amount) " ~ orders ~ " and order_date is null",
     'receipts whose day has not come: in no day of gold'),
    ('order lines: amount without an order', "0",
     "select sum(line_total) " ~ lines ~ " and not has_order",
     'lines whose header has not come: kept, not sales yet'),
    ('payments: amount without an order', "0",
     "select sum(payment_amount) from " ~ ref('fact_payments')
     ~ " where not is_deleted and not has_order",
     'payments whose order has not come: collected all the same'),
    ('refunds: amount without an order line', "0",
     "select sum(refund_amount) from " ~ ref('fact_refunds')
     ~ " where not is_deleted and not has_order_line",
     'refunds of lines that never came: they lower net sales, but no line'),
    ('orders: amount of unknown customers', "0",
     "select sum(total_amount) " ~ orders ~ " and is_unknown_customer",
     'customers that have not come: on the unknown member'),
    ('order lines: amount of unknown products', "0",
     "select sum(line_total) " ~ lines ~ " and is_unknown_product",
     'products that have not come: on the unknown member'),
] -%}
with

payments_per_order as (
    select
        order_id,
        sum(payment_amount) as payment_amount
    from {{ ref('fact_payments') }}
    where is_collected
    group by order_id
),

overpaid_orders as (
    select
        payments_per_order.payment_amount,
        orders.total_amount
    from payments_per_order
    inner join {{ ref('fact_orders') }} as orders
        on payments_per_order.order_id = orders.order_id
    where
        not orders.is_deleted
        and payments_per_order.payment_amount > orders.total_amount
),

final as (
    {%- for name, expected, actual, explanation in gaps %}
    {{ reconciliation_check(
        name, 'curated', 'curated',
        expected, actual, explanation
    ) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final

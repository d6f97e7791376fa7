{%- set sales = "from " ~ ref('fact_order_lines') ~ " where is_sale" -%}
{%- set dated_sales = sales ~ " and order_date is not null" -%}
{%- set dated_orders = "from " ~ ref('fact_orders')
    ~ " where not is_deleted and order_date is not null" -%}
{%- set refunds = "from " ~ ref('fact_refunds') ~ " where not is_deleted" -%}
{%- set payments = "from " ~ ref('fact_payments') ~ " where is_collected" -%}
{%- set orders_with_lines = "from " ~ ref('fact_orders')
    ~ " where not is_deleted and line_count > 0" -%}
{%- set daily = ref('sales_summary_daily') -%}
{%- set wide = ref('reporting_sales_wide') -%}
{%- set unknown_spend = "select sum(sales_amount) " ~ dated_orders
    ~ " and customer_key = '" ~ unknown_key() ~ "'" -%}
{%- set checks = [
    ('daily: orders', 'sum(total_orders)', daily,
     "select count(*) " ~ dated_orders ~ " and is_revenue and not is_return_only"),
    ('daily: cancelled orders', 'sum(cancelled_orders)', daily,
     "select count(*) " ~ dated_orders ~ " and not is_revenue"),
    ('daily: gross', 'sum(gross)', daily, "select sum(gross_amount) " ~ dated_sales),
    ('daily: discounts', 'sum(discounts)', daily,
     "select sum(discount_amount) " ~ dated_sales),
    ('daily: total sales', 'sum(total_sales)', daily,
     "select sum(line_total) " ~ dated_sales),
    ('daily: units', 'sum(units)', daily, "select sum(quantity) " ~ dated_sales),
    ('daily: refunds', 'sum(refunds)', daily,
     "select sum(refund_amount) " ~ refunds
     ~ " and is_revenue and refund_date is not null"),
    ('daily: refunds of cancelled orders', 'sum(cancelled_refunds)', daily,
     "select sum(refund_amount) " ~ refunds
     ~ " and not is_revenue and refund_date is not null"),
    ('daily: net sales', 'sum(net_sales)', daily,
     "select sum(total_sales) - sum(refunds) from " ~ daily),
    ('daily: collected', 'sum(collected)', daily,
     "select sum(payment_amount) " ~ payments ~ " and payment_date is not null"),
    ('daily: days from first to last', 'count(*)', daily,
     "select " ~ days_between('min("date")', 'max("date")') ~ " + 1 from " ~ daily),
    ('wide: lines', 'count(*)', wide,
     "select count(*) from " ~ ref('fact_order_lines') ~ " where not is_deleted"),
    ('wide: sales', 'sum(sales_amount)', wide, "select sum(line_total) " ~ sales),
    ('wide: refunds', 'sum(refund_amount)', wide,
     "select sum(refund_amount) " ~ refunds ~ " and is_revenue and has_order_line"),
    ('wide: order totals allocated', 'sum(total_amount_allocated)', wide,
     "select sum(total_amount) " ~ orders_with_lines),
    ('wide: payments allocated', 'sum(payment_amount_allocated)', wide,
     "select sum(payment_amount) " ~ payments
     ~ " and order_id in (select orders.order_id from " ~ ref('fact_orders')
     ~ " as orders where not orders.is_deleted and orders.line_count > 0)"),
    ('products: revenue', 'sum(revenue)', ref('top_products'),
     "select sum(line_total) " ~ sales),
    ('categories: revenue', 'sum(total_revenue)', ref('category_revenue'),
     "select sum(line_total) " ~ sales),
    ('category performance: revenue', 'sum(revenue)',
     ref('product_category_performance'), "select sum(line_total) " ~ sales),
    ('category performance: refunds', 'sum(refunds)',
     ref('product_category_performance'),
     "select sum(refund_amount) " ~ refunds ~ " and is_revenue and has_order_line"),
    ('orders: sales', 'sum(sales_amount)', ref('fact_orders'),
     "select sum(line_total) " ~ sales),
    ('customers: all but deleted ones without orders', 'count(*)',
     ref('reporting_customer_stats'),
     "select count(*) from " ~ ref('dim_customers')
     ~ " where not is_unknown and (not is_deleted or customer_key in ("
     ~ "select orders.customer_key from " ~ ref('fact_orders') ~ " as orders"
     ~ " where orders.is_revenue and not orders.is_return_only"
     ~ " and orders.order_date is not null))"),
    ('customers: spend, unknown ones and guests added',
     'coalesce(sum(total_spend), 0) + coalesce((' ~ unknown_spend ~ '), 0)',
     ref('reporting_customer_stats'), "select sum(line_total) " ~ dated_sales),
    ('top customers: spend, unknown ones and guests added',
     'coalesce(sum(total_spent), 0) + coalesce((' ~ unknown_spend ~ '), 0)',
     ref('top_customers'), "select sum(line_total) " ~ dated_sales),
    ('cohorts: revenue, unknown ones and guests added',
     'coalesce(sum(revenue), 0) + coalesce((' ~ unknown_spend ~ '), 0)',
     ref('customer_cohorts'), "select sum(line_total) " ~ dated_sales),
    ('impressions: in posteriors, unknown arms added',
     'coalesce(sum(n), 0) + (select count(*) from ' ~ ref('fact_bandit_impressions')
     ~ ' where not is_deleted and is_unknown_bandit)', ref('bandit_posteriors'),
     "select count(*) from " ~ ref('fact_bandit_impressions')
     ~ " where not is_deleted"),
] -%}
with

final as (
    {%- for name, measure, gold, expected in checks %}
    {{ reconciliation_check(
        name, 'curated', 'gold', expected, 'select ' ~ measure ~ ' from ' ~ gold
    ) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final

{%- set daily = ref('sales_summary_daily') -%}
{%- set known_customers = "select count(*) from " ~ ref('dim_customers')
    ~ " where not is_unknown and (not is_deleted or customer_key in ("
    ~ "select orders.customer_key from " ~ ref('fact_orders') ~ " as orders"
    ~ " where orders.is_revenue and not orders.is_return_only"
    ~ " and orders.order_date is not null))" -%}
{%- set unknown_spend = "coalesce((select unknown_spend from orders), 0)" -%}
{#- name, what gold is summed to, the gold table, what that should be -#}
{%- set checks = [
    ('daily: orders', 'sum(total_orders)', daily, 'select bought from orders'),
    ('daily: cancelled orders', 'sum(cancelled_orders)', daily,
     'select cancelled from orders'),
    ('daily: gross', 'sum(gross)', daily, 'select gross from order_lines'),
    ('daily: discounts', 'sum(discounts)', daily,
     'select discounts from order_lines'),
    ('daily: total sales', 'sum(total_sales)', daily,
     'select dated_sales from order_lines'),
    ('daily: units', 'sum(units)', daily, 'select units from order_lines'),
    ('daily: refunds', 'sum(refunds)', daily, 'select of_sales from refunds'),
    ('daily: refunds of cancelled orders', 'sum(cancelled_refunds)', daily,
     'select of_cancelled from refunds'),
    ('daily: net sales', 'sum(net_sales)', daily,
     'select sum(total_sales) - sum(refunds) from ' ~ daily),
    ('daily: collected', 'sum(collected)', daily, 'select dated from payments'),
    ('daily: days from first to last', 'count(*)', daily,
     'select ' ~ days_between('min("date")', 'max("date")') ~ ' + 1 from ' ~ daily),
    ('wide: lines', 'line_count', 'wide', 'select line_count from order_lines'),
    ('wide: sales', 'sales', 'wide', 'select sales from order_lines'),
    ('wide: refunds', 'refunds', 'wide', 'select of_known_lines from refunds'),
    ('wide: order totals allocated', 'order_totals', 'wide',
     'select amount_with_lines from orders'),
    ('wide: payments allocated', 'payments', 'wide',
     'select with_lines from payments'),
    ('products: revenue', 'sum(revenue)', ref('top_products'),
     'select sales from order_lines'),
    ('categories: revenue', 'sum(total_revenue)', ref('category_revenue'),
     'select sales from order_lines'),
    ('category performance: revenue', 'sum(revenue)',
     ref('product_category_performance'), 'select sales from order_lines'),
    ('category performance: refunds', 'sum(refunds)',
     ref('product_category_performance'), 'select of_known_lines from refunds'),
    ('orders: sales', 'sales', 'orders', 'select sales from order_lines'),
    ('customers: all but deleted ones without orders', 'count(*)',
     ref('reporting_customer_stats'), known_customers),
    ('customers: spend, unknown ones and guests added',
     'coalesce(sum(total_spend), 0) + ' ~ unknown_spend,
     ref('reporting_customer_stats'), 'select dated_sales from order_lines'),
    ('top customers: spend, unknown ones and guests added',
     'coalesce(sum(total_spent), 0) + ' ~ unknown_spend,
     ref('top_customers'), 'select dated_sales from order_lines'),
    ('cohorts: revenue, unknown ones and guests added',
     'coalesce(sum(revenue), 0) + ' ~ unknown_spend,
     ref('customer_cohorts'), 'select dated_sales from order_lines'),
    ('impressions: in posteriors, unknown arms added',
     'coalesce(sum(n), 0)'
     ~ ' + coalesce((select of_unknown_arms from impressions), 0)',
     ref('bandit_posteriors'), 'select shown from impressions'),
] %}
-- exception: the checks of ten gold tables are read side by side
with

-- each large table is read once, for all of its sums
all_orders as (
    select
        *,
        not is_deleted and order_date is not null as is_dated
    from {{ ref('fact_orders') }}
),

all_lines as (
    select
        *,
        is_sale and order_date is not null as is_dated_sale
    from {{ ref('fact_order_lines') }}
),

orders_with_lines as (
    select order_id from {{ ref('fact_orders') }}
    where not is_deleted and line_count > 0
),

orders as (
    select
        sum(
            case when is_revenue and not is_return_only and is_dated then 1 end
        ) as bought,
        sum(case when not is_revenue and is_dated then 1 end) as cancelled,
        sum(
            case
                when customer_key = '{{ unknown_key() }}' and is_dated
                    then sales_amount
            end
        ) as unknown_spend,
        sum(case when line_count > 0 and not is_deleted then total_amount end)
            as amount_with_lines,
        sum(sales_amount) as sales
    from all_orders
),

order_lines as (
    select
        sum(case when is_deleted then 0 else 1 end) as line_count,
        sum(case when is_sale then line_total end) as sales,
        sum(case when is_dated_sale then line_total end) as dated_sales,
        sum(case when is_dated_sale then gross_amount end) as gross,
        sum(case when is_dated_sale then discount_amount end) as discounts,
        sum(case when is_dated_sale then quantity end) as units
    from all_lines
),

refunds as (
    select
        sum(case when is_revenue and refund_date is not null then refund_amount end)
            as of_sales,
        sum(
            case when not is_revenue and refund_date is not null then refund_amount end
        ) as of_cancelled,
        sum(case when is_revenue and has_order_line then refund_amount end)
            as of_known_lines
    from {{ ref('fact_refunds') }}
    where not is_deleted
),

payments as (
    select
        sum(
            case when payments.payment_date is not null then payments.payment_amount end
        ) as dated,
        sum(
            case
                when orders_with_lines.order_id is not null
                    then payments.payment_amount
            end
        ) as with_lines
    from {{ ref('fact_payments') }} as payments
    left join orders_with_lines on payments.order_id = orders_with_lines.order_id
    where payments.is_collected
),

impressions as (
    select
        count(*) as shown,
        sum(case when is_unknown_bandit then 1 else 0 end) as of_unknown_arms
    from {{ ref('fact_bandit_impressions') }}
    where not is_deleted
),

wide as (
    select
        count(*) as line_count,
        sum(sales_amount) as sales,
        sum(refund_amount) as refunds,
        sum(total_amount_allocated) as order_totals,
        sum(payment_amount_allocated) as payments
    from {{ ref('reporting_sales_wide') }}
),

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

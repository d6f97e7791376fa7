{{ config(indexes=indexes_on(['customer_id'])) }}

with

customers as (
    select * from {{ ref('dim_customers') }}
    where not is_unknown
),

orders_per_customer as (select * from {{ ref('int_orders_per_customer') }}),

predictions as (
    select * from {{ ref('int_customer_predictions') }}
    where fit_period = 'all'
),

orders as (
    select * from {{ ref('fact_orders') }}
    where not is_deleted
),

refunds as (
    select * from {{ ref('fact_refunds') }}
    where not is_deleted
),

last_day as (
    select max(order_date) as as_of_date from {{ ref('fact_orders') }}
    where not is_deleted
),

refunds_per_customer as (
    select
        orders.customer_key,
        sum(refunds.refund_amount) as refunds
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    where refunds.is_revenue
    group by orders.customer_key
),

buyers as (
    select
        orders_per_customer.*,
        {{ days_between('orders_per_customer.last_order', 'last_day.as_of_date') }}
            as recency,
        {{ ratio(
            days_between(
                'orders_per_customer.first_order', 'orders_per_customer.last_order'
            ),
            'orders_per_customer.orders_count - 1'
        ) }} as mean_gap_days
    from orders_per_customer
    cross join last_day
    where orders_per_customer.customer_key != '{{ unknown_key() }}'
),

scored as (
    select
        buyers.*,
        {{ quintile_score('recency', descending=true) }} as recency_score,
        {{ quintile_score('orders_count') }} as frequency_score,
        {{ quintile_score('total_spend') }} as monetary_score
    from buyers
),

final as (
    select
        -- keys
        customers.customer_id,

        -- attributes
        customers.first_name,
        customers.last_name,
        customers.email_hash,
        customers.age_band,
        customers.customer_segment as segment,
        {{ rfm_segment('scored.recency_score', 'scored.frequency_score') }}
            as rfm_segment,
        case
            when scored.customer_key is null then 'NO ORDERS'
            when scored.recency <= 30 or scored.recency <= 2 * scored.mean_gap_days
                then 'LOW'
            when scored.recency <= 90 or scored.recency <= 4 * scored.mean_gap_days
                then 'MEDIUM'
            else 'HIGH'
        end as churn_risk,

        -- measures
        scored.first_order,
        scored.last_order,
        cast(coalesce(scored.total_spend, 0) as numeric(18, 2)) as total_spend,
        cast(coalesce(refunds_per_customer.refunds, 0) as numeric(18, 2)) as refunds,
        cast(coalesce(scored.orders_count, 0) as bigint) as orders_count,
        scored.recency,
        cast(coalesce(scored.orders_count, 0) as bigint) as frequency,
        cast(coalesce(scored.total_spend, 0) as numeric(18, 2)) as monetary,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        predictions.p_alive,
        predictions.predicted_orders as predicted_orders_90d,
        predictions.predicted_order_value,
        predictions.predicted_value_orders * predictions.predicted_order_value
            as ltv_predicted,

        -- flags
        scored.customer_key is not null as has_orders
    from customers
    left join scored on customers.customer_key = scored.customer_key
    left join predictions on customers.customer_key = predictions.customer_key
    left join refunds_per_customer
        on customers.customer_key = refunds_per_customer.customer_key
    -- without the orders of the deleted, sales would not add up
    where not customers.is_deleted or scored.customer_key is not null
)

select * from final

with

customers as (select * from {{ ref('reporting_customer_stats') }}),

final as (
    select
        -- keys
        rfm_segment,

        -- measures
        count(*) as customers,
        cast(sum(orders_count) as bigint) as orders_count,
        cast(sum(total_spend) as numeric(18, 2)) as total_spend,
        cast(sum(refunds) as numeric(18, 2)) as refunds,
        {{ ratio('sum(total_spend)', 'sum(orders_count)') }} as average_order_value,
        count(case when churn_risk = 'HIGH' then 1 end) as high_churn_risk_customers,
        {{ exact_sum('predicted_orders_90d') }} as predicted_orders_90d,
        {{ exact_sum('ltv_predicted') }} as ltv_predicted
    from customers
    group by rfm_segment
)

select * from final

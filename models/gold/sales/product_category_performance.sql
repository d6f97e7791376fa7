with

lines as (select * from {{ ref('reporting_sales_wide') }}),

final as (
    select
        -- keys
        category,
        sub_category,

        -- measures
        cast(sum(sales_amount) as numeric(18, 2)) as revenue,
        cast(sum(refund_amount) as numeric(18, 2)) as refunds,
        cast(sum(sales_amount) - sum(refund_amount) as numeric(18, 2)) as net_revenue,
        cast(sum(case when is_sale then quantity else 0 end) as bigint) as units,
        cast(
            sum(case when is_first_of_sub_category then 1 else 0 end) as bigint
        ) as orders_count
    from lines
    group by category, sub_category
)

select * from final

with

sales as (
    select * from {{ ref('reporting_sales_wide') }}
    where is_sale
),

final as (
    select
        -- keys
        category,

        -- measures
        cast(sum(sales_amount) as numeric(18, 2)) as total_revenue,
        cast(sum(quantity) as bigint) as units,
        cast(
            sum(case when is_first_of_category then 1 else 0 end) as bigint
        ) as orders_count
    from sales
    group by category
)

select * from final

with

sales as (
    select * from {{ ref('reporting_sales_wide') }}
    where is_sale
),

sales_per_product as (
    select
        product_sku,
        product_name,
        category,
        sum(sales_amount) as revenue,
        sum(quantity) as units,
        sum(case when is_first_of_product then 1 else 0 end) as orders_count
    from sales
    group by product_sku, product_name, category
),

final as (
    select
        -- keys
        product_sku,

        -- attributes
        product_name,
        category,

        -- measures
        cast(revenue as numeric(18, 2)) as revenue,
        cast(units as bigint) as units,
        cast(orders_count as bigint) as orders_count,
        cast(
            row_number() over (
                order by
                    revenue desc,
                    product_sku asc
            ) as bigint
        ) as revenue_rank
    from sales_per_product
)

select * from final

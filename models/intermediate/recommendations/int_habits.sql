with

past as (
    select * from {{ ref('int_repurchases') }}
    where orders_band > 0
),

products as (select * from {{ ref('int_product_rates') }}),

-- purchases against those that the products alone let expect
final as (
    select
        -- keys
        past.fold,
        past.orders_band,
        past.age_band,

        -- measures
        {{ ratio(
            'sum(case when past.is_bought then 1 else 0 end) + 10',
            'sum(products.again_rate) + 10'
        ) }} as habit
    from past
    inner join products
        on past.fold = products.fold and past.product_sku = products.product_sku
    group by past.fold, past.orders_band, past.age_band
)

select * from final

{{ config(indexes=indexes_on(['customer_id'])) }}

with

ranked as (select * from {{ ref('int_customer_recommendations') }}),

buyers as (
    select
        customer_key,
        customer_id
    from {{ ref('dim_customers') }}
    where not is_unknown and not is_deleted
),

listed_products as (select * from {{ ref('dim_products') }}),

final as (
    select
        -- keys
        buyers.customer_id,
        cast(ranked.item_rank as integer) as recommendation_rank,

        -- attributes
        ranked.product_sku,
        coalesce(listed_products.product_name, ranked.product_sku) as product_name,
        ranked.model_name,

        -- measures
        cast(listed_products.list_price as numeric(18, 2)) as price,

        -- flags
        ranked.is_repeat
    from ranked
    inner join buyers on ranked.customer_key = buyers.customer_key
    left join listed_products on ranked.product_sku = listed_products.product_key
)

select * from final

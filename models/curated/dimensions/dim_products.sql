with

products as (
    select * from {{ ref('stg_pos__products') }}
    where product_sku != '{{ unknown_key() }}'
),

final as (
    select
        -- keys
        product_sku as product_key,
        product_sku,

        -- attributes
        coalesce(product_name, product_sku) as product_name,
        coalesce(category, 'Unknown') as category,
        coalesce(sub_category, 'Unknown') as sub_category,
        coalesce(brand, 'Unknown') as brand,
        list_price,
        status,

        -- flags
        false as is_unknown,

        -- timestamps
        updated_at
    from products
    union all
    select
        '{{ unknown_key() }}' as product_key,
        '{{ unknown_key() }}' as product_sku,
        'Unknown product' as product_name,
        'Unknown' as category,
        'Unknown' as sub_category,
        'Unknown' as brand,
        null as list_price,
        null as status,
        true as is_unknown,
        null as updated_at
)

select * from final

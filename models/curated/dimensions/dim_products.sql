{{ config(materialized='incremental', unique_key='product_key') }}

with

products as (
    select * from {{ ref('stg_pos__products') }}
    where
        product_sku != '{{ unknown_key() }}'
        {%- if is_incremental() %}
        and load_id > {{ newest_load() }}
        {%- endif %}
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
        is_deleted,
        false as is_unknown,

        -- timestamps
        updated_at,

        -- audit
        {{ load_id() }} as load_id
    from products
    {%- if not is_incremental() %}
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
        false as is_deleted,
        true as is_unknown,
        null as updated_at,
        {{ load_id() }} as load_id
    {%- endif %}
)

select * from final

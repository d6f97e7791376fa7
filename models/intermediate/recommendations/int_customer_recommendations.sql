with

-- where nothing could be judged yet, the baseline that is hard to beat
models as (
    select coalesce(max(model_name), 'gp-topfreq') as model_name
    from {{ ref('int_recommendation_quality') }}
    where purchase_kind = 'all' and model_rank = 1
),

customers as (
    select distinct purchases.customer_key
    from {{ ref('int_customer_purchases') }} as purchases
),

{{ ranked_products('publish') }},

final as (
    select
        -- keys
        customer_key,
        item_rank,

        -- attributes
        product_sku,
        model_name,

        -- flags
        is_repeat
    from ranked
)

select * from final

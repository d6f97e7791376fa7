with

snapshots as (select * from {{ ref('snap_products') }}),

numbered as (
    select
        product_sku,
        list_price,
        dbt_valid_from,
        dbt_valid_to,
        row_number() over (
            partition by product_sku order by dbt_valid_from, dbt_scd_id
        ) as version_number
    from snapshots
),

final as (
    -- the first version known speaks for all the time before it
    select
        product_sku,
        list_price,
        case
            when version_number = 1 then cast('0001-01-01' as timestamp)
            else dbt_valid_from
        end as valid_from,
        coalesce(dbt_valid_to, cast('9999-12-31' as timestamp)) as valid_to
    from numbered
)

select * from final

with

snapshots as (select * from {{ ref('snap_products') }}),

versions as (
    -- what is delivered later holds from its own time on, even where that lies before
    -- the time of a version delivered earlier; so no two versions overlap
    select
        product_sku,
        list_price,
        dbt_valid_from as valid_from,
        min(dbt_valid_from) over (
            partition by product_sku
            order by batch_id
            rows between 1 following and unbounded following
        ) as replaced_at
    from snapshots
),

numbered as (
    select
        product_sku,
        list_price,
        valid_from,
        replaced_at,
        row_number() over (
            partition by product_sku order by valid_from
        ) as version_number
    from versions
    where replaced_at is null or valid_from < replaced_at
),

final as (
    -- the first version known speaks for all the time before it
    select
        product_sku,
        list_price,
        case
            when version_number = 1 then cast('0001-01-01' as timestamp)
            else valid_from
        end as valid_from,
        coalesce(replaced_at, cast('9999-12-31' as timestamp)) as valid_to
    from numbered
)

select * from final

with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

products as (select * from {{ ref('dim_products') }}),

-- the single products are numbered in the order of their SKUs
items as (
    select
        candidates.product_sku,
        lpad(cast(candidates.itemset_id as varchar), 9, '0') as place,
        '"' || {{ json_escape(
            'coalesce(products.product_name, candidates.product_sku)'
        ) }} || '"' as quoted_name
    from candidates
    left join products on candidates.product_sku = products.product_sku
    where candidates.item_count = 1
),

named (itemset_id, itemset, name_list, places) as (
    select
        itemset_id,
        itemset,
        '' as name_list,
        '' as places
    from candidates
    where item_count = 0
    union all
    select
        children.itemset_id,
        children.itemset,
        named.name_list
        || case when named.name_list = '' then '' else ', ' end
        || items.quoted_name as name_list,
        named.places || items.place as places
    from named
    inner join candidates as children on named.itemset_id = children.parent_id
    inner join items on children.product_sku = items.product_sku
),

final as (
    select
        -- keys
        itemset_id,

        -- attributes
        itemset,
        '[' || name_list || ']' as name_list,
        places
    from named
    where itemset_id > 0
)

select * from final

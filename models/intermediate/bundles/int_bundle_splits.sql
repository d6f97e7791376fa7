{%- set items_limit = 1000000000 -%}
with recursive

candidates as (select * from {{ ref('int_bundle_candidates') }}),

itemsets_found as (select * from {{ ref('bundle_itemsets') }}),

items as (
    select
        product_sku,
        itemset_id as item
    from candidates
    where item_count = 1
),

-- the frequent itemsets and the empty one; parent and last product, as one number, tell
-- a set, so that it is found by one equality
frequent as (
    select
        candidates.itemset_id,
        candidates.parent_id,
        candidates.item_count,
        items.item,
        candidates.parent_id * {{ items_limit }} + items.item as place
    from candidates
    left join itemsets_found on candidates.itemset = itemsets_found.itemset
    left join items on candidates.product_sku = items.product_sku
    where candidates.item_count = 0 or itemsets_found.itemset is not null
),

-- a set is its parent and one product more, which joins either side
steps as (
    select
        itemset_id,
        parent_id,
        item_count,
        item,
        1 as is_antecedent
    from frequent
    union all
    select
        itemset_id,
        parent_id,
        item_count,
        item,
        0 as is_antecedent
    from frequent
),

-- the side that gets a product has it last, so it is a child of what it was
splits (
    itemset_id, antecedents_id, consequents_id, item_count, antecedent_count
) as (
    select
        itemset_id,
        itemset_id as antecedents_id,
        itemset_id as consequents_id,
        item_count,
        item_count as antecedent_count
    from frequent
    where item_count = 0
    union all
    select
        steps.itemset_id,
        case
            when steps.is_antecedent = 1 then grown.itemset_id
            else splits.antecedents_id
        end as antecedents_id,
        case
            when steps.is_antecedent = 1 then splits.consequents_id
            else grown.itemset_id
        end as consequents_id,
        steps.item_count,
        splits.antecedent_count + steps.is_antecedent as antecedent_count
    from splits
    inner join steps on splits.itemset_id = steps.parent_id
    inner join frequent as grown
        on
            grown.place = steps.item + {{ items_limit }} * case
                when steps.is_antecedent = 1 then splits.antecedents_id
                else splits.consequents_id
            end
),

final as (
    select
        -- keys
        itemset_id,
        antecedents_id,
        consequents_id,

        -- measures
        item_count,
        antecedent_count
    from splits
)

select * from final

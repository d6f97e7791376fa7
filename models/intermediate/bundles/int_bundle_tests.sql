with

splits as (select * from {{ ref('int_bundle_splits') }}),

counts as (select * from {{ ref('int_bundle_counts') }}),

final as (
    select
        -- keys
        counts.segment_type,
        counts.segment,
        splits.itemset_id,
        splits.antecedents_id,
        splits.consequents_id,

        -- measures
        antecedents.itemset_count as count_a,
        consequents.itemset_count as count_b,
        counts.itemset_count as count_ab,
        counts.basket_count,
        least(antecedents.itemset_count, consequents.itemset_count) as fewer_count,
        greatest(antecedents.itemset_count, consequents.itemset_count) as more_count
    from splits
    inner join counts on splits.itemset_id = counts.itemset_id
    inner join counts as antecedents
        on
            splits.antecedents_id = antecedents.itemset_id
            and counts.segment_type = antecedents.segment_type
            and counts.segment = antecedents.segment
    inner join counts as consequents
        on
            splits.consequents_id = consequents.itemset_id
            and counts.segment_type = consequents.segment_type
            and counts.segment = consequents.segment
)

select * from final

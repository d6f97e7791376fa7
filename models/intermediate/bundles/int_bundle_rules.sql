-- exception: one decision, whose steps make sense together only
with

splits as (select * from {{ ref('int_bundle_splits') }}),

tested as (select * from {{ ref('int_bundle_tests') }}),

p_values as (select * from {{ ref('int_bundle_p_values') }}),

-- per set of at most so many products, how many larger ones hold it
holders as (
    select
        antecedents_id,
        antecedent_count,
        item_count,
        count(*) as set_count
    from splits
    where item_count > 0
    group by antecedents_id, antecedent_count, item_count
),

-- pairs of sets without a common product: all, less those that share one, plus those
-- that share two, and so on
family as (
    select
        cast(sum(
            (case when holders.antecedent_count % 2 = 0 then 1 else -1 end)
            * holders.set_count * partners.set_count
        ) as double precision) as test_count
    from holders
    inner join holders as partners on holders.antecedents_id = partners.antecedents_id
    where holders.item_count + partners.item_count <= {{ var('bundle_max_length') }}
),

ranked as (
    select
        tested.segment_type,
        tested.segment,
        tested.itemset_id,
        tested.antecedents_id,
        tested.consequents_id,
        tested.count_a,
        tested.count_b,
        tested.count_ab,
        tested.basket_count,
        p_values.p_value,
        count(*) over (
            partition by tested.segment_type, tested.segment
            order by p_values.p_value
            range between unbounded preceding and current row
        ) as place
    from tested
    inner join p_values
        on
            tested.basket_count = p_values.basket_count
            and tested.fewer_count = p_values.fewer_count
            and tested.more_count = p_values.more_count
            and tested.count_ab = p_values.count_ab
),

corrected as (
    select
        ranked.*,
        least(
            1, min(ranked.p_value * family.test_count / ranked.place) over (
                partition by ranked.segment_type, ranked.segment
                order by ranked.p_value desc
                range between unbounded preceding and current row
            )
        ) as q_value
    from ranked
    cross join family
),

confident as (
    select * from corrected
    where
        count_ab
        >= {{ bundle_share('bundle_min_confidence') }}
        * count_a * (1 - cast(1e-12 as double precision))
),

-- fewer antecedents, that is a part of them, imply the same as confidently
redundant as (
    select
        confident.segment_type,
        confident.segment,
        confident.antecedents_id,
        confident.consequents_id
    from confident
    inner join splits on confident.antecedents_id = splits.itemset_id
    inner join confident as simpler
        on
            splits.antecedents_id = simpler.antecedents_id
            and confident.consequents_id = simpler.consequents_id
            and confident.segment_type = simpler.segment_type
            and confident.segment = simpler.segment
    where
        splits.antecedent_count < splits.item_count
        and simpler.count_ab * confident.count_a
        >= confident.count_ab * simpler.count_a
    group by
        confident.segment_type,
        confident.segment,
        confident.antecedents_id,
        confident.consequents_id
),

final as (
    select
        -- keys
        confident.segment_type,
        confident.segment,
        confident.itemset_id,
        confident.antecedents_id,
        confident.consequents_id,

        -- measures
        confident.p_value,
        confident.q_value,
        confident.count_a,
        confident.count_b,
        confident.count_ab,
        confident.basket_count,

        -- flags
        redundant.antecedents_id is not null as is_redundant
    from confident
    left join redundant
        on
            confident.segment_type = redundant.segment_type
            and confident.segment = redundant.segment
            and confident.antecedents_id = redundant.antecedents_id
            and confident.consequents_id = redundant.consequents_id
)

select * from final

-- exception: the same counts of three folds, of baskets and of customers
with

folds as (select * from {{ ref('int_purchase_folds') }}),

splits as (select * from {{ ref('int_rule_splits') }}),

rules as (
    select * from {{ ref('bundle_rules') }}
    where lift > 1
),

daily_counts as (
    select * from {{ ref('int_bundle_daily_counts') }}
    where order_date != {{ unknown_day() }}
),

itemset_customers as (select * from {{ ref('int_itemset_customers') }}),

all_baskets as (
    select sum(basket_count) as basket_count from {{ ref('int_bundle_daily_counts') }}
    where itemset_id = 0
),

baskets_before as (
    select
        folds.fold,
        daily_counts.itemset_id,
        sum(daily_counts.basket_count) as basket_count
    from daily_counts
    inner join folds on daily_counts.order_date < folds.period_start
    where folds.fold != 'publish'
    group by folds.fold, daily_counts.itemset_id
),

-- the rules that a fold's past gives: what came later has no say in which they are. A
-- set that is in as many baskets of the past alone as make it frequent in all of them
-- is among those that were counted, whatever came later.
past_rules as (
    select
        both_sides.fold,
        splits.rule_id,
        antecedents.basket_count as count_a,
        consequents.basket_count as count_b,
        both_sides.basket_count as count_ab,
        past.basket_count
    from splits
    cross join all_baskets
    inner join baskets_before as both_sides
        on splits.itemset_id = both_sides.itemset_id
    inner join baskets_before as antecedents
        on
            splits.antecedent_id = antecedents.itemset_id
            and both_sides.fold = antecedents.fold
    inner join baskets_before as consequents
        on
            splits.consequent_id = consequents.itemset_id
            and both_sides.fold = consequents.fold
    inner join baskets_before as past
        on both_sides.fold = past.fold
    where
        past.itemset_id = 0
        and both_sides.basket_count
        >= {{ smallest_count('all_baskets.basket_count') }}
        and both_sides.basket_count
        >= cast({{ var('bundle_min_confidence') }} as double precision)
        * antecedents.basket_count * (1 - cast(1e-12 as double precision))
        and both_sides.basket_count * past.basket_count
        > antecedents.basket_count * consequents.basket_count
),

rules_of_folds as (
    select * from past_rules
    union all
    select
        'publish' as fold,
        rule_id,
        count_a,
        count_b,
        count_ab,
        basket_count
    from rules
),

customers_of_folds as (
    select
        folds.fold,
        itemset_customers.itemset_id,
        sum(
            case
                when itemset_customers.period < folds.period
                    then itemset_customers.customer_count
                else 0
            end
        ) as past_count,
        sum(
            case
                when itemset_customers.period = folds.period
                    then itemset_customers.customer_count
                else 0
            end
        ) as next_count
    from itemset_customers
    inner join folds on itemset_customers.period <= folds.period
    group by folds.fold, itemset_customers.itemset_id
),

final as (
    select
        -- keys
        rules_of_folds.fold,
        rules_of_folds.rule_id,

        -- measures
        {%- for count in ['count_a', 'count_b', 'count_ab', 'basket_count'] %}
        cast(rules_of_folds.{{ count }} as bigint) as {{ count }},
        {%- endfor %}
        {%- for name, side in [
            ('a', 'antecedents'), ('b', 'consequents'), ('ab', 'both_sides')
        ] %}
        cast(coalesce({{ side }}.past_count, 0) as bigint) as past_{{ name }},
        {%- endfor %}
        cast(coalesce(everybody.past_count, 0) as bigint) as past_customers,
        cast(coalesce(everybody.next_count, 0) as bigint) as next_customers,
        cast(coalesce(antecedents.next_count, 0) as bigint) as next_a,
        cast(coalesce(both_sides.next_count, 0) as bigint) as next_ab
    from rules_of_folds
    inner join splits on rules_of_folds.rule_id = splits.rule_id
    {%- for side, itemset in [
        ('antecedents', 'splits.antecedent_id'),
        ('consequents', 'splits.consequent_id'),
        ('both_sides', 'splits.itemset_id'),
        ('everybody', '0')
    ] %}
    left join customers_of_folds as {{ side }}
        on
            rules_of_folds.fold = {{ side }}.fold
            and {{ side }}.itemset_id = {{ itemset }}
    {%- endfor %}
)

select * from final

{%- set past_folds = ['tune', 'judge'] -%}
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

fold_starts as (
    select
        max(case when fold = 'tune' then period_start end) as tune_start,
        max(case when fold = 'judge' then period_start end) as judge_start
    from folds
),

-- a column for each fold: of rows joined by fold and set, PostgreSQL joined all sets of
-- a fold with each other
baskets_before as (
    select
        {%- for fold in past_folds %}
        sum(
            case
                when daily_counts.order_date < fold_starts.{{ fold }}_start
                    then daily_counts.basket_count
                else 0
            end
        ) as {{ fold }}_baskets,
        {%- endfor %}
        daily_counts.itemset_id
    from daily_counts
    cross join fold_starts
    group by daily_counts.itemset_id
),

split_counts as (
    select
        splits.rule_id,
        {%- for fold in past_folds %}
        antecedents.{{ fold }}_baskets as {{ fold }}_a,
        consequents.{{ fold }}_baskets as {{ fold }}_b,
        both_sides.{{ fold }}_baskets as {{ fold }}_ab,
        past.{{ fold }}_baskets,
        {%- endfor %}
        {{ smallest_count('all_baskets.basket_count') }} as smallest_count
    from splits
    inner join baskets_before as both_sides
        on splits.itemset_id = both_sides.itemset_id
    inner join baskets_before as antecedents
        on splits.antecedent_id = antecedents.itemset_id
    inner join baskets_before as consequents
        on splits.consequent_id = consequents.itemset_id
    inner join baskets_before as past on past.itemset_id = 0
    cross join all_baskets
),

-- the rules that a fold's past gives: what came later has no say in which they are. A
-- set that is in as many baskets of the past alone as make it frequent in all of them
-- is among those that were counted, whatever came later.
rules_of_folds as (
    {%- for fold in past_folds %}
    select
        '{{ fold }}' as fold,
        rule_id,
        {{ fold }}_a as count_a,
        {{ fold }}_b as count_b,
        {{ fold }}_ab as count_ab,
        {{ fold }}_baskets as basket_count
    from split_counts
    where
        {{ fold }}_ab >= smallest_count
        and {{ fold }}_ab
        >= cast({{ var('bundle_min_confidence') }} as double precision)
        * {{ fold }}_a * (1 - cast(1e-12 as double precision))
        and {{ fold }}_ab * {{ fold }}_baskets > {{ fold }}_a * {{ fold }}_b
    union all
    {%- endfor %}
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

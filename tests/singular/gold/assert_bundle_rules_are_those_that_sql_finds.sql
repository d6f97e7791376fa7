-- bundle_rules.py and int_bundle_rules work the same out, each in its own way
with

rules as (select * from {{ ref('bundle_rules') }}),

found as (
    select * from {{ ref('int_bundle_rules') }}
    where segment_type = 'ALL'
),

named_itemsets as (select * from {{ ref('int_bundle_names') }}),

named as (
    select
        found.*,
        antecedents.itemset as antecedents,
        consequents.itemset as consequents
    from found
    inner join named_itemsets as antecedents
        on found.antecedents_id = antecedents.itemset_id
    inner join named_itemsets as consequents
        on found.consequents_id = consequents.itemset_id
)

select
    rules.rule_id,
    named.antecedents,
    named.consequents
from rules
full outer join named
    on
        rules.antecedents = named.antecedents
        and rules.consequents = named.consequents
where
    rules.rule_id is null
    or named.antecedents is null
    or rules.count_a != named.count_a
    or rules.count_b != named.count_b
    or rules.count_ab != named.count_ab
    or rules.basket_count != named.basket_count
    or rules.is_redundant != named.is_redundant
    or abs(rules.p_value - named.p_value) > 1e-9 * rules.p_value
    or abs(rules.q_value - named.q_value) > 1e-9 * rules.q_value

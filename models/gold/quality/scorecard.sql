-- exception: five subjects of two to four short steps, read from top to bottom
with

truth_totals as (select * from {{ ref('truth_totals') }}),

truth_bundles as (select * from {{ ref('truth_bundles') }}),

truth_arms as (select * from {{ ref('truth_arms') }}),

truth_customers as (select * from {{ ref('truth_customers') }}),

truth_dirt as (select * from {{ ref('truth_dirt') }}),

daily as (select * from {{ ref('sales_summary_daily') }}),

rules as (select * from {{ ref('bundle_rules') }}),

rule_items as (select * from {{ ref('int_rule_items') }}),

products as (select * from {{ ref('dim_products') }}),

itemsets_found as (select * from {{ ref('bundle_itemsets') }}),

sales as (
    select * from {{ ref('fact_order_lines') }}
    where is_sale
),

posteriors as (select * from {{ ref('bandit_posteriors') }}),

experiment_checks as (select * from {{ ref('experiment_scorecard') }}),

customer_stats as (select * from {{ ref('reporting_customer_stats') }}),

rejected_rows as (select * from {{ ref('rejected_rows') }}),

gold_totals as (
    {%- set measures = [
        'gross', 'discounts', 'total_sales', 'refunds', 'net_sales', 'collected',
        'total_orders', 'cancelled_orders', 'units',
    ] %}
    {%- for measure in measures %}
    select
        '{{ measure }}' as measure,
        cast(coalesce(sum({{ measure }}), 0) as double precision) as amount
    from daily
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

money_checks as (
    select
        'money' as subject,
        truth_totals.measure as check_name,
        cast(truth_totals.amount as double precision) as expected,
        gold_totals.amount as actual,
        cast(truth_totals.amount as double precision) as smallest_pass,
        cast(truth_totals.amount as double precision) as largest_pass
    from truth_totals
    left join gold_totals on truth_totals.measure = gold_totals.measure
),

group_items as (
    select
        truth_bundles.bundle_id,
        products.product_sku
    from truth_bundles
    inner join products
        on
            position(
                '"' || products.product_sku || '"' in truth_bundles.product_skus
            ) > 0
),

-- more than chance, and more than large baskets among small ones make of it
found_rules as (
    select rule_id
    from rules
    where q_value < 0.05 and lift_low >= 2
),

rule_sizes as (
    select
        rule_items.rule_id,
        count(*) as item_count
    from rule_items
    inner join found_rules on rule_items.rule_id = found_rules.rule_id
    group by rule_items.rule_id
),

rules_within_groups as (
    select
        group_items.bundle_id,
        rule_items.rule_id
    from group_items
    inner join rule_items on group_items.product_sku = rule_items.product_sku
    inner join rule_sizes on rule_items.rule_id = rule_sizes.rule_id
    group by group_items.bundle_id, rule_items.rule_id, rule_sizes.item_count
    having count(*) = rule_sizes.item_count
),

found_groups as (
    select bundle_id
    from rules_within_groups
    group by bundle_id
),

true_rules as (
    select rules_within_groups.rule_id
    from rules_within_groups
    inner join truth_bundles
        on rules_within_groups.bundle_id = truth_bundles.bundle_id
    where truth_bundles.kind = 'bundle'
    group by rules_within_groups.rule_id
),

-- substitutes are too seldom together for a rule: their baskets are counted
substitute_baskets as (
    select
        group_items.bundle_id,
        group_items.product_sku,
        sales.order_id
    from group_items
    inner join truth_bundles on group_items.bundle_id = truth_bundles.bundle_id
    inner join sales on group_items.product_sku = sales.product_sku
    where truth_bundles.kind = 'substitute'
    group by group_items.bundle_id, group_items.product_sku, sales.order_id
),

baskets_of_either as (
    select
        bundle_id,
        product_sku,
        count(*) as basket_count
    from substitute_baskets
    group by bundle_id, product_sku
),

-- counted, not joined: without statistics PostgreSQL pairs all baskets of a bundle
shared_baskets as (
    select
        bundle_id,
        order_id
    from substitute_baskets
    group by bundle_id, order_id
    having count(*) = 2
),

baskets_of_both as (
    select
        bundle_id,
        count(*) as basket_count
    from shared_baskets
    group by bundle_id
),

all_baskets as (select max(basket_count) as basket_count from itemsets_found),

-- lift is below 1
shunned_groups as (
    select first_product.bundle_id
    from baskets_of_either as first_product
    inner join baskets_of_either as second_product
        on
            first_product.bundle_id = second_product.bundle_id
            and first_product.product_sku < second_product.product_sku
    left join baskets_of_both
        on first_product.bundle_id = baskets_of_both.bundle_id
    cross join all_baskets
    where
        coalesce(baskets_of_both.basket_count, 0) * all_baskets.basket_count
        < first_product.basket_count * second_product.basket_count
),

planted_groups as (
    select
        truth_bundles.bundle_id,
        truth_bundles.kind,
        case when truth_bundles.kind = 'decoy' then 0 else 1 end as is_to_find,
        case
            when truth_bundles.kind = 'substitute'
                then case when shunned_groups.bundle_id is null then 0 else 1 end
            when found_groups.bundle_id is null then 0
            else 1
        end as is_found
    from truth_bundles
    left join found_groups on truth_bundles.bundle_id = found_groups.bundle_id
    left join shunned_groups on truth_bundles.bundle_id = shunned_groups.bundle_id
),

bundle_checks as (
    select
        'bundles' as subject,
        'planted ' || kind || 's found' as check_name,
        cast(sum(is_to_find) as double precision) as expected,
        cast(sum(is_found) as double precision) as actual,
        0.9 * sum(is_to_find) as smallest_pass,
        cast(sum(is_to_find) as double precision) as largest_pass
    from planted_groups
    group by kind
    union all
    select
        'bundles' as subject,
        'share of rules found in planted bundles' as check_name,
        1.0 as expected,
        {{ ratio('count(true_rules.rule_id)', 'count(*)') }} as actual,
        0.9 as smallest_pass,
        1.0 as largest_pass
    from found_rules
    left join true_rules on found_rules.rule_id = true_rules.rule_id
    where exists (select planted_groups.kind from planted_groups)
    having count(*) > 0
),

ranked_arms as (
    select
        posteriors.project_id,
        posteriors.bandit_id,
        row_number() over (
            partition by posteriors.project_id
            order by
                {{ ratio('posteriors.alpha', 'posteriors.alpha + posteriors.beta') }}
                desc,
                posteriors.bandit_id
        ) as arm_rank
    from posteriors
),

arm_checks as (
    select
        'experiments' as subject,
        'best arms found' as check_name,
        cast(count(*) as double precision) as expected,
        cast(
            sum(case when ranked_arms.arm_rank = 1 then 1 else 0 end)
            as double precision
        ) as actual,
        0.75 * count(*) as smallest_pass,
        cast(count(*) as double precision) as largest_pass
    from truth_arms
    inner join ranked_arms
        on
            truth_arms.project_id = ranked_arms.project_id
            and truth_arms.bandit_id = ranked_arms.bandit_id
    where lower(truth_arms.is_best) = 'true'
),

churn_checks as (
    select
        'churn' as subject,
        'share of drop-outs among customers at high risk, against all buyers'
            as check_name,
        avg(
            case
                when lower(truth_customers.is_dropped_out) = 'true' then 1.0
                else 0.0
            end
        ) as expected,
        avg(
            case
                when customer_stats.churn_risk != 'HIGH' then null
                when lower(truth_customers.is_dropped_out) = 'true' then 1.0
                else 0.0
            end
        ) as actual,
        avg(
            case
                when lower(truth_customers.is_dropped_out) = 'true' then 1.0
                else 0.0
            end
        ) as smallest_pass,
        1.0 as largest_pass
    from truth_customers
    inner join customer_stats
        on truth_customers.customer_id = customer_stats.customer_id
    where customer_stats.has_orders
),

dirt_per_rule as (
    select
        truth_dirt.feed,
        truth_dirt.rule,
        count(*) as labelled_rows
    from truth_dirt
    where truth_dirt.rule is not null and truth_dirt.rule != ''
    group by truth_dirt.feed, truth_dirt.rule
),

rejects_per_rule as (
    select
        source_table,
        rule,
        count(*) as rejected_count
    from rejected_rows
    group by source_table, rule
),

dirt_checks as (
    select
        'dirt' as subject,
        dirt_per_rule.feed || ': ' || dirt_per_rule.rule as check_name,
        cast(dirt_per_rule.labelled_rows as double precision) as expected,
        cast(coalesce(rejects_per_rule.rejected_count, 0) as double precision)
            as actual,
        cast(dirt_per_rule.labelled_rows as double precision) as smallest_pass,
        cast(dirt_per_rule.labelled_rows as double precision) as largest_pass
    from dirt_per_rule
    left join rejects_per_rule
        on
            dirt_per_rule.feed = rejects_per_rule.source_table
            and dirt_per_rule.rule = rejects_per_rule.rule
),

checks as (
    select * from money_checks
    union all
    select * from bundle_checks
    union all
    select * from arm_checks
    where expected > 0
    union all
    select
        'experiments' as subject,
        check_name,
        expected,
        actual,
        smallest_pass,
        largest_pass
    from experiment_checks
    union all
    select * from churn_checks
    where actual is not null
    union all
    select * from dirt_checks
),

final as (
    select
        -- keys
        subject,
        check_name,

        -- measures
        cast(expected as double precision) as expected,
        cast(actual as double precision) as actual,

        -- flags
        coalesce(
            actual >= smallest_pass - 0.000001
            and actual <= largest_pass + 0.000001, false
        ) as is_passed
    from checks
)

select * from final

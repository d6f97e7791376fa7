-- Gold: bundles of two products.
create table gold.bundle_rules as
with
window_days as (
    select
        min(order_date) as first_date,
        max(order_date) as last_date,
        last_date - cast(least(
            getvariable('holdout_days'), floor((last_date - first_date + 1) / 5)
        ) as integer) as mined_until
    from curated.fact_order_lines
    where is_sale
),
basket_items as (
    select distinct order_id, product_sku
    from curated.fact_order_lines
    where
        is_sale
        and (
            order_date is null
            or order_date <= (select mined_until from window_days)
        )
),
baskets as (
    select
        (select count(distinct order_id) from basket_items) as basket_count,
        first_date,
        last_date
    from window_days
),
items as (
    select
        product_sku,
        any_value(product_name) as product_name,
        count(*) as basket_count,
        cast(row_number() over (order by product_sku) as integer) as code
    from basket_items
    left join curated.dim_products using (product_sku)
    group by product_sku
    having count(*) >= getvariable('min_support') * (select basket_count from baskets)
),
coded as (
    select code, dense_rank() over (order by order_id) as basket
    from basket_items
    inner join items using (product_sku)
),
pairs as (
    select first_item.code as item_a, second_item.code as item_b, count(*) as count_ab
    from coded as first_item
    inner join coded as second_item using (basket)
    where first_item.code < second_item.code
    group by item_a, item_b
    having count(*) >= getvariable('min_support') * (select basket_count from baskets)
),
directed as (
    select item_a, item_b, count_ab from pairs
    union all
    select item_b, item_a, count_ab from pairs
)
select
    md5(antecedent.product_sku || '=>' || consequent.product_sku) as rule_id,
    antecedent.product_sku as antecedents,
    consequent.product_sku as consequents,
    antecedent.product_name as antecedents_names,
    consequent.product_name as consequents_names,
    antecedent.basket_count as count_a,
    consequent.basket_count as count_b,
    count_ab,
    baskets.basket_count,
    count_ab / baskets.basket_count as support,
    count_ab / count_a as confidence,
    count_ab * baskets.basket_count / (count_a * count_b) as lift,
    support - count_a * count_b / baskets.basket_count ** 2 as leverage,
    (1 - count_b / baskets.basket_count) / nullif(1 - confidence, 0) as conviction,
    first_date as window_start,
    last_date as window_end
from directed
cross join baskets
inner join items as antecedent on item_a = antecedent.code
inner join items as consequent on item_b = consequent.code
where count_ab / antecedent.basket_count >= getvariable('min_confidence');

create table gold.ml_bundle_recommendations as
select
    rule_id,
    antecedents || ' => ' || consequents as bundle,
    antecedents_names || ' => ' || consequents_names as bundle_names,
    'pairs' as model_version,
    (count_ab + 1) / (count_a + 2) as score,
    confidence,
    lift,
    support,
    round((score - count_b / basket_count) * revenue / orders_count, 2)
        as expected_extra_revenue
from gold.bundle_rules
inner join gold.top_products on consequents = product_sku
where lift > 1;

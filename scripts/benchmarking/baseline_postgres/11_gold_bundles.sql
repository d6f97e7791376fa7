-- Gold: bundles of two products.
create unlogged table work.window_days as
select
    first_date,
    last_date,
    last_date - cast(least(
        cast(current_setting('clustr.holdout_days') as double precision),
        floor((last_date - first_date + 1) / 5)
    ) as integer) as mined_until
from (
    select min(order_date) as first_date, max(order_date) as last_date
    from curated.fact_order_lines
    where is_sale
) as sold;

create unlogged table work.basket_items as
select
    product_sku,
    dense_rank() over (order by order_id collate "C") as basket
from work.order_products
left join curated.fact_orders using (order_id)
where
    is_sold
    and (
        order_date is null
        or order_date <= (select mined_until from work.window_days)
    )
group by order_id, product_sku;
analyze work.basket_items;

create unlogged table work.baskets as
select
    (select max(basket) from work.basket_items) as basket_count,
    cast(current_setting('clustr.min_support') as double precision) as min_support,
    first_date,
    last_date
from work.window_days;

create unlogged table work.frequent_items as
select
    product_sku,
    min(product_name) as product_name,
    count(*) as basket_count,
    cast(row_number() over (order by product_sku collate "C") as integer) as code
from work.basket_items
left join curated.dim_products using (product_sku)
group by product_sku
having count(*) >= (select min_support * basket_count from work.baskets);
analyze work.frequent_items;

create unlogged table work.coded_items as
select code, basket
from work.basket_items
inner join work.frequent_items using (product_sku);
analyze work.coded_items;

create table gold.bundle_rules as
with
pairs as (
    select first_item.code as item_a, second_item.code as item_b, count(*) as count_ab
    from work.coded_items as first_item
    inner join work.coded_items as second_item
        on first_item.basket = second_item.basket
        and first_item.code < second_item.code
    group by first_item.code, second_item.code
    having count(*) >= (select min_support * basket_count from work.baskets)
),
directed as (
    select item_a, item_b, count_ab from pairs
    union all
    select item_b, item_a, count_ab from pairs
),
counted as (
    select
        antecedent.product_sku as antecedents,
        consequent.product_sku as consequents,
        antecedent.product_name as antecedents_names,
        consequent.product_name as consequents_names,
        antecedent.basket_count as count_a,
        consequent.basket_count as count_b,
        count_ab,
        cast(count_ab as double precision) / antecedent.basket_count as confidence,
        cast(consequent.basket_count as double precision) / baskets.basket_count
            as share_b,
        baskets.basket_count,
        first_date as window_start,
        last_date as window_end
    from directed
    cross join work.baskets
    inner join work.frequent_items as antecedent on item_a = antecedent.code
    inner join work.frequent_items as consequent on item_b = consequent.code
)
select
    md5(antecedents || '=>' || consequents) as rule_id,
    antecedents,
    consequents,
    antecedents_names,
    consequents_names,
    count_a,
    count_b,
    count_ab,
    basket_count,
    cast(count_ab as double precision) / basket_count as support,
    confidence,
    confidence / share_b as lift,
    (count_ab - count_a * share_b) / basket_count as leverage,
    (1 - share_b) / nullif(1 - confidence, 0) as conviction,
    window_start,
    window_end
from counted
where confidence >= cast(current_setting('clustr.min_confidence') as double precision);

create table gold.ml_bundle_recommendations as
select
    rule_id,
    antecedents || ' => ' || consequents as bundle,
    antecedents_names || ' => ' || consequents_names as bundle_names,
    'pairs' as model_version,
    (count_ab + 1) / cast(count_a + 2 as double precision) as score,
    confidence,
    lift,
    support,
    round(
        ((count_ab + 1.0) / (count_a + 2) - cast(count_b as numeric) / basket_count)
        * revenue / orders_count, 2
    ) as expected_extra_revenue
from gold.bundle_rules
inner join gold.top_products on consequents = product_sku
where lift > 1;

-- exception: one comparison, whose steps make sense together only
with

bandits as (select * from {{ ref('dim_bandits') }}),

rules as (select * from {{ ref('bundle_rules') }}),

rule_items as (select * from {{ ref('int_rule_items') }}),

impressions as (
    select * from {{ ref('fact_bandit_impressions') }}
    where not is_deleted and not is_unknown_bandit
),

orders as (
    select * from {{ ref('fact_orders') }}
    where is_revenue and not is_deleted
),

order_lines as (
    select * from {{ ref('fact_order_lines') }}
    where is_sale and not is_deleted
),

arms_in_play as (select * from {{ ref('int_arms_in_play') }}),

offers as (
    select
        bandits.project_id,
        bandits.bandit_id,
        bandits.rule_id,
        rules.rule_id is not null as is_rule_known
    from bandits
    left join rules on bandits.rule_id = rules.rule_id
    where bandits.rule_id is not null
),

-- every showing of a project while an arm of it that offers a bundle could be shown
showings as (
    select
        offers.bandit_id as offered_bandit_id,
        offers.rule_id,
        impressions.impression_id,
        impressions.customer_id,
        impressions.shown_at,
        impressions.bandit_id = offers.bandit_id as is_offered,
        1 / impressions.propensity as weight
    from offers
    inner join arms_in_play
        on
            offers.project_id = arms_in_play.project_id
            and offers.bandit_id = arms_in_play.bandit_id
    inner join impressions
        on
            offers.project_id = impressions.project_id
            and arms_in_play.from_date <= impressions.shown_date
            and arms_in_play.until_date >= impressions.shown_date
    where
        offers.is_rule_known
        and impressions.customer_id is not null
        and {{ has_propensity('impressions.propensity') }}
),

offered_rules as (select distinct rule_id from offers),

purchases as (
    select
        orders.customer_id,
        orders.ordered_at,
        rule_items.rule_id,
        sum(order_lines.line_total) as revenue
    from offered_rules
    inner join rule_items on offered_rules.rule_id = rule_items.rule_id
    inner join order_lines on rule_items.product_sku = order_lines.product_sku
    inner join orders on order_lines.order_id = orders.order_id
    where orders.customer_id is not null
    group by orders.customer_id, orders.ordered_at, rule_items.rule_id
),

revenues as (
    select
        showings.offered_bandit_id,
        showings.impression_id,
        sum(purchases.revenue) as revenue
    from showings
    inner join purchases
        on
            showings.rule_id = purchases.rule_id
            and showings.customer_id = purchases.customer_id
            and showings.shown_at < purchases.ordered_at
    where
        {{ days_between('showings.shown_at', 'purchases.ordered_at') }}
        <= {{ var('bundle_uplift_days') }}
    group by showings.offered_bandit_id, showings.impression_id
),

-- showings of one customer share their orders, so customers are what varies
per_customer as (
    select
        showings.offered_bandit_id,
        showings.customer_id,
        sum(case when showings.is_offered then 1 else 0 end) as impressions,
        sum(case when showings.is_offered then 0 else 1 end) as other_impressions,
        {{ exact_sum(
            'case when showings.is_offered then showings.weight else 0 end',
            places=9
        ) }} as weight,
        {{ exact_sum(
            'case when showings.is_offered then showings.weight else 0 end
            * cast(coalesce(revenues.revenue, 0) as double precision)',
            places=9
        ) }} as revenue,
        {{ exact_sum(
            'case when not showings.is_offered then showings.weight else 0 end',
            places=9
        ) }} as other_weight,
        {{ exact_sum(
            'case when not showings.is_offered then showings.weight else 0 end
            * cast(coalesce(revenues.revenue, 0) as double precision)',
            places=9
        ) }} as other_revenue
    from showings
    left join revenues
        on
            showings.offered_bandit_id = revenues.offered_bandit_id
            and showings.impression_id = revenues.impression_id
    group by showings.offered_bandit_id, showings.customer_id
),

totals as (
    select
        offered_bandit_id,
        sum(impressions) as impressions,
        sum(other_impressions) as other_impressions,
        sum(case when impressions > 0 then 1 else 0 end) as customers,
        sum(case when other_impressions > 0 then 1 else 0 end) as other_customers,
        {{ exact_sum('weight', places=9) }} as weight,
        {{ ratio(
            exact_sum('revenue', places=9), exact_sum('weight', places=9)
        ) }} as mean_revenue,
        {{ exact_sum('other_weight', places=9) }} as other_weight,
        {{ ratio(
            exact_sum('other_revenue', places=9), exact_sum('other_weight', places=9)
        ) }} as other_mean_revenue
    from per_customer
    group by offered_bandit_id
),

-- the variance of a difference of two ratios, customers drawn at random (Deng, Knoblich
-- & Lu, Applying the delta method in metric analytics, KDD 2018)
errors as (
    select
        totals.offered_bandit_id,
        sqrt({{ exact_sum(
            'power(' ~ ratio(
                'per_customer.revenue - totals.mean_revenue * per_customer.weight',
                'totals.weight'
            ) ~ ' - ' ~ ratio(
                'per_customer.other_revenue
                    - totals.other_mean_revenue * per_customer.other_weight',
                'totals.other_weight'
            ) ~ ', 2)',
            places=24
        ) }} * {{ ratio('count(*)', 'count(*) - 1') }}) as standard_error
    from per_customer
    inner join totals on per_customer.offered_bandit_id = totals.offered_bandit_id
    where
        totals.customers >= {{ var('bundle_uplift_min_customers') }}
        and totals.other_customers >= {{ var('bundle_uplift_min_customers') }}
    group by totals.offered_bandit_id
),

final as (
    select
        -- keys
        offers.bandit_id,
        offers.project_id,
        offers.rule_id,

        -- measures
        cast(coalesce(totals.impressions, 0) as bigint) as impressions,
        cast(coalesce(totals.other_impressions, 0) as bigint) as other_impressions,
        cast(coalesce(totals.customers, 0) as bigint) as customers,
        cast(coalesce(totals.other_customers, 0) as bigint) as other_customers,
        totals.mean_revenue as revenue_per_impression,
        totals.other_mean_revenue as other_revenue_per_impression,
        totals.mean_revenue - totals.other_mean_revenue
            as extra_revenue_per_impression,
        totals.mean_revenue - totals.other_mean_revenue
        - 1.959963984540054 * errors.standard_error as extra_revenue_low,
        totals.mean_revenue - totals.other_mean_revenue
        + 1.959963984540054 * errors.standard_error as extra_revenue_high,

        -- flags
        offers.is_rule_known
    from offers
    left join totals on offers.bandit_id = totals.offered_bandit_id
    left join errors on offers.bandit_id = errors.offered_bandit_id
)

select * from final

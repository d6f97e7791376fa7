-- Gold: experiments.
create table gold.bandit_posteriors as
select
    bandits.project_id,
    bandits.bandit_id,
    bandit_name,
    1 + count(impression_id) filter (where is_clicked) as alpha,
    1 + count(impression_id) filter (where not is_clicked) as beta,
    count(impression_id) as n,
    count(impression_id) filter (where is_clicked) as number_of_success,
    count(impression_id) filter (where not is_clicked) as number_of_failures,
    bandits.n = count(impression_id) as is_landed_counter_right
from curated.dim_bandits as bandits
left join curated.fact_bandit_impressions as shows
    on bandits.project_id = shows.project_id and bandits.bandit_id = shows.bandit_id
group by bandits.project_id, bandits.bandit_id, bandit_name, bandits.n;

create table gold.bandit_daily as
with
counts_per_day as (
    select
        project_id,
        bandit_id,
        shown_date as date,
        count(*) as impressions,
        count(*) filter (where is_clicked) as clicks
    from curated.fact_bandit_impressions
    group by project_id, bandit_id, shown_date
),
arm_ranges as (
    select
        project_id,
        bandit_id,
        min(date) as first_date,
        max(max(date)) over (partition by project_id) as last_date
    from counts_per_day
    group by project_id, bandit_id
)
select
    project_id,
    bandit_id,
    date,
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    sum(coalesce(impressions, 0)) over to_date as n,
    sum(coalesce(clicks, 0)) over to_date as number_of_success,
    sum(coalesce(impressions - clicks, 0)) over to_date as number_of_failures,
    1.0 + sum(coalesce(clicks, 0)) over to_date as alpha,
    1.0 + sum(coalesce(impressions - clicks, 0)) over to_date as beta
from (select project_id, bandit_id from curated.dim_bandits) as arms
inner join arm_ranges using (project_id, bandit_id)
inner join curated.dim_timeframe on date between first_date and last_date
left join counts_per_day using (project_id, bandit_id, date)
window to_date as (partition by project_id, bandit_id order by date);

create table gold.experiment_health as
with
shows_per_customer as (
    select
        project_id,
        bandit_id,
        customer_id,
        count(*) as impressions,
        count(*) filter (where is_clicked) as clicks,
        count(*) filter (where not coalesce(propensity between 0 and 1, false))
            as missing_propensity,
        count(*) filter (where is_unknown_bandit) as unknown_bandit_impressions
    from curated.fact_bandit_impressions
    group by project_id, bandit_id, customer_id
),
customers_per_project as (
    select
        project_id,
        count(*) as customers,
        count(*) filter (where arms > 1) as customers_in_several_arms
    from (
        select project_id, customer_id, count(*) as arms
        from shows_per_customer
        where customer_id is not null
        group by project_id, customer_id
    ) as arms_per_customer
    group by project_id
),
shows_per_project as (
    select
        project_id,
        count(distinct bandit_id) as bandits_seen,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(missing_propensity) as missing_propensity,
        sum(unknown_bandit_impressions) as unknown_bandit_impressions
    from shows_per_customer
    group by project_id
)
select
    project_id,
    project_name,
    number_of_bandits,
    actual_bandits,
    coalesce(bandits_seen, 0) as bandits_seen,
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    cast(clicks as double precision) / nullif(impressions, 0) as click_share,
    customers,
    customers_in_several_arms,
    coalesce(missing_propensity, 0) as missing_propensity,
    coalesce(unknown_bandit_impressions, 0) as unknown_bandit_impressions,
    number_of_bandits = actual_bandits as is_declared_right
from curated.dim_projects
left join shows_per_project using (project_id)
left join customers_per_project using (project_id);

-- Curated: dimensions and their history.
create schema curated;

create table curated.dim_customers as
select
    coalesce(customers.customer_id, users.customer_id) as customer_key,
    coalesce(customers.customer_id, users.customer_id) as customer_id,
    coalesce(first_name, users.name) as first_name,
    last_name,
    gender,
    age,
    case
        when age between 0 and 17 then 'under 18'
        when age between 18 and 24 then '18-24'
        when age between 25 and 34 then '25-34'
        when age between 35 and 44 then '35-44'
        when age between 45 and 54 then '45-54'
        when age between 55 and 64 then '55-64'
        when age between 65 and 120 then '65 and over'
    end as age_band,
    date_of_birth,
    coalesce(customers.email, users.email) as email,
    md5('demo' || lower(coalesce(customers.email, users.email))) as email_hash,
    phone,
    city,
    state,
    country,
    income_level,
    shopping_preference,
    customer_segment,
    users.name as app_name,
    users.customer_id is not null as is_app_user,
    false as is_unknown,
    updated_at
from staging.customers
full join staging.users on customers.customer_id = users.customer_id;
insert into curated.dim_customers
    (customer_key, customer_id, first_name, is_app_user, is_unknown)
values ('-1', '-1', 'Unknown or guest', false, true);

create table curated.dim_products as
select
    product_sku as product_key,
    product_sku,
    coalesce(product_name, product_sku) as product_name,
    coalesce(category, 'Unknown') as category,
    coalesce(sub_category, 'Unknown') as sub_category,
    coalesce(brand, 'Unknown') as brand,
    list_price,
    status,
    false as is_unknown,
    updated_at
from staging.products;
insert into curated.dim_products
    (product_key, product_sku, product_name, category, sub_category, brand, is_unknown)
values ('-1', '-1', 'Unknown product', 'Unknown', 'Unknown', 'Unknown', true);

create table curated.dim_bandits as
select
    bandit_id,
    project_id,
    bandit_name,
    alpha,
    beta,
    n,
    number_of_success,
    number_of_failures,
    projects.record_key is not null as has_project
from staging.bandits
left join staging.projects using (project_id);

create table curated.dim_projects as
select
    project_id,
    project_name,
    project_description,
    number_of_bandits,
    count(bandit_id) as actual_bandits
from staging.projects
left join staging.bandits using (project_id)
group by project_id, project_name, project_description, number_of_bandits;

create table curated.snap_customers as
select
    *,
    md5(customer_id || cast(effective_at as text)) as scd_id,
    effective_at as valid_from,
    cast(null as timestamp) as valid_to
from staging.customers;

create table curated.snap_products as
select
    *,
    md5(product_sku || cast(effective_at as text)) as scd_id,
    effective_at as valid_from,
    cast(null as timestamp) as valid_to
from staging.products;

analyze curated.dim_customers, curated.dim_products, curated.dim_bandits,
    curated.dim_projects, curated.snap_customers, curated.snap_products;

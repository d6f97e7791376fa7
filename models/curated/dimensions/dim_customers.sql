{{ config(materialized='incremental', unique_key='customer_key') }}

with

customers as (
    select * from {{ ref('stg_pos__customers') }}
    where customer_id != '{{ unknown_key() }}'
),

app_users as (
    select * from {{ ref('stg_deals__users') }}
    where customer_id != '{{ unknown_key() }}'
),
{% if is_incremental() %}
touched_customers as (
    select customer_id from customers
    where load_id > {{ newest_load() }}
    union
    select customer_id from app_users
    where load_id > {{ newest_load() }}
),
{% endif %}
known_customers as (
    select
        coalesce(customers.customer_id, app_users.customer_id) as customer_id,
        coalesce(customers.first_name, app_users.name) as first_name,
        customers.last_name,
        customers.gender,
        customers.age,
        customers.date_of_birth,
        coalesce(customers.email, app_users.email) as email,
        customers.phone,
        customers.city,
        customers.state,
        customers.country,
        customers.income_level,
        customers.shopping_preference,
        customers.customer_segment,
        app_users.name as app_name,
        customers.updated_at,
        app_users.customer_id is not null as is_app_user,
        (
            coalesce(customers.is_deleted, true)
            and coalesce(app_users.is_deleted, true)
        ) as is_deleted
    from customers
    full outer join app_users on customers.customer_id = app_users.customer_id
    {%- if is_incremental() %}
    where
        coalesce(customers.customer_id, app_users.customer_id) in (
            select touched_customers.customer_id from touched_customers
        )
    {%- endif %}
),

final as (
    select
        -- keys
        customer_id as customer_key,
        customer_id,

        -- attributes
        first_name,
        last_name,
        gender,
        age,
        {{ age_band('age') }} as age_band,
        date_of_birth,
        email,
        {{ email_hash('email') }} as email_hash,
        phone,
        city,
        state,
        country,
        income_level,
        shopping_preference,
        customer_segment,
        app_name,

        -- flags
        is_app_user,
        is_deleted,
        false as is_unknown,

        -- timestamps
        updated_at,

        -- audit
        {{ load_id() }} as load_id
    from known_customers
    {%- if not is_incremental() %}
    union all
    select
        '{{ unknown_key() }}' as customer_key,
        '{{ unknown_key() }}' as customer_id,
        'Unknown or guest' as first_name,
        null as last_name,
        null as gender,
        null as age,
        null as age_band,
        null as date_of_birth,
        null as email,
        null as email_hash,
        null as phone,
        null as city,
        null as state,
        null as country,
        null as income_level,
        null as shopping_preference,
        null as customer_segment,
        null as app_name,
        false as is_app_user,
        false as is_deleted,
        true as is_unknown,
        null as updated_at,
        {{ load_id() }} as load_id
    {%- endif %}
)

select * from final

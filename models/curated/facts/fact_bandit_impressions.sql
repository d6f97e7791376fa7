{{ config(unique_key='impression_id', indexes=indexes_on(['load_id'])) }}

with

impressions as (select * from {{ ref('stg_deals__bandit_transactions') }}),

bandits as (select * from {{ ref('dim_bandits') }}),

customers as (select * from {{ ref('dim_customers') }}),
{% if is_incremental() %}
touched_impressions as (
    select transaction_id as impression_id
    from {{ ref('stg_deals__bandit_transactions') }}
    where load_id > {{ newest_load() }}
    union
    select loaded.impression_id
    from {{ this }} as loaded
    left join {{ ref('dim_bandits') }} as known_bandits
        on
            loaded.bandit_id = known_bandits.bandit_id
            and loaded.project_id = known_bandits.project_id
    where loaded.is_unknown_bandit != (known_bandits.bandit_id is null)
    union
    select loaded.impression_id
    from {{ this }} as loaded
    inner join {{ ref('dim_customers') }} as known_customers
        on loaded.customer_id = known_customers.customer_key
    where loaded.is_unknown_customer
),
{% endif %}
final as (
    select
        -- keys
        impressions.transaction_id as impression_id,
        impressions.customer_id,
        coalesce(customers.customer_key, '{{ unknown_key() }}') as customer_key,
        impressions.project_id,
        impressions.bandit_id,

        -- measures
        impressions.propensity,
        impressions.position,

        -- flags
        impressions.is_deleted,
        impressions.is_clicked,
        bandits.bandit_id is null as is_unknown_bandit,
        (
            impressions.customer_id is not null and customers.customer_key is null
        ) as is_unknown_customer,
        -- more than time zones can explain
        coalesce(
            {{ days_between(
                'impressions.ingestion_timestamp', 'impressions.shown_at'
            ) }} > 1,
            false
        ) as is_future,

        -- timestamps
        cast(impressions.shown_at as date) as shown_date,
        impressions.shown_at,

        -- audit
        {{ load_id() }} as load_id
    from impressions
    left join bandits
        on
            impressions.bandit_id = bandits.bandit_id
            and impressions.project_id = bandits.project_id
    left join customers on impressions.customer_id = customers.customer_key
    {%- if is_incremental() %}
    where
        {{ is_one_of(
            'impressions.transaction_id',
            'select touched_impressions.impression_id from touched_impressions'
        ) }}
    {%- endif %}
)

select * from final

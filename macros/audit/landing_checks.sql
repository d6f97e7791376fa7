{#-
    Statement: checks that raw holds what was landed, as it was landed.

    With `new_only`, which a test within a build takes, only of what is new to it.

    exception: one step of each kind for each feed, written as loops

        {{ landing_checks() }}
-#}
{% macro landing_checks(new_only=false) -%}
{%- set amounts = {
    'transactions': ['transaction_amount'],
    'sales': ['unit_price', 'line_total'],
    'orders': ['total_amount'],
    'order_lines': ['unit_price', 'discount_amount'],
    'payments': ['payment_amount'],
    'refunds': ['refund_amount'],
} -%}
{%- set proven = proven_load() if new_only else 0 -%}
with
{% for feed in reconciled_feeds() %}
{%- set feed_amounts = amounts.get(feed.name, []) %}
{%- set proven_delivery -%}
    select coalesce(max(delivery_id), -1) from {{ ref(feed.raw) }}
    where load_id <= {{ proven }}
{%- endset %}
landed_{{ feed.name }} as (
    select
        {%- for amount in feed_amounts %}
        {{ parse_decimal(amount, 4) }} as {{ amount }},
        {%- endfor %}
        {{ record_key(feed.name) }} as record_key,
        {{ row_hash(feed_columns(feed.name)) }} as row_hash
    from {{ ref(feed.name) }}
    {%- if new_only %}
    where
        (delivery_id is null or delivery_id > {{ as_literal(proven_delivery) }})
        and (delivery_id is null or delivery_id < {{ first_waiting_delivery() }})
    {%- endif %}
),

held_{{ feed.name }} as (
    select
        {%- for amount in feed_amounts %}
        max({{ parse_decimal(amount, 4) }}) as {{ amount }},
        {%- endfor %}
        row_hash
    from {{ ref(feed.raw) }}
    {%- if new_only %}
    -- rows of one content have one key, and keys lie together
    where record_key in (select landed.record_key from landed_{{ feed.name }} as landed)
    {%- endif %}
    group by row_hash
),

landing_{{ feed.name }} as (
    select
        {%- for amount in feed_amounts %}
        sum(landed.{{ amount }}) as landed_{{ amount }},
        sum(held.{{ amount }}) as held_{{ amount }},
        {%- endfor %}
        count(*) as landed_rows,
        count(held.row_hash) as held_rows
    from landed_{{ feed.name }} as landed
    left join held_{{ feed.name }} as held on landed.row_hash = held.row_hash
),

fingerprints_{{ feed.name }} as (
    select
        count(*) as raw_rows,
        sum(
            case
                when row_hash = {{ row_hash(feed_columns(feed.name)) }} then 1
                else 0
            end
        ) as intact_rows
    from {{ ref(feed.raw) }}
    {%- if new_only %}
    where load_id > {{ proven }}
    {%- endif %}
),
{% endfor %}
final as (
    {%- for feed in reconciled_feeds() %}
    {{ reconciliation_check(
        feed.name ~ ': landed rows that raw holds', 'landing', 'raw',
        'select landed_rows from landing_' ~ feed.name,
        'select held_rows from landing_' ~ feed.name
    ) }}
    union all
    {%- for amount in amounts.get(feed.name, []) %}
    {{ reconciliation_check(
        feed.name ~ ': ' ~ amount ~ ' of the landed rows', 'landing', 'raw',
        'select landed_' ~ amount ~ ' from landing_' ~ feed.name,
        'select held_' ~ amount ~ ' from landing_' ~ feed.name
    ) }}
    union all
    {%- endfor %}
    {{ reconciliation_check(
        feed.name ~ ': raw rows that match their fingerprint', 'raw', 'raw',
        'select raw_rows from fingerprints_' ~ feed.name,
        'select intact_rows from fingerprints_' ~ feed.name
    ) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
{%- endmacro %}

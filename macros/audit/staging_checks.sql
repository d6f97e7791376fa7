{#-
    Statement: checks that every raw row has a fate, and that facts hold the money.

    With `new_only`, which a test within a build takes, only of keys that are new to it.

    exception: the checks of thirteen feeds and nine amounts are read side by side

        {{ staging_checks() }}
-#}
{% macro staging_checks(new_only=false) -%}
{#- where nothing was proven all keys are new, and looking each of them up is slower -#}
{%- set proven = proven_load() | int if new_only else 0 -%}
{%- set new_only = proven > 0 -%}
{%- set amounts = [
    ('base_pos__transactions', 'stg_pos__transactions', 'transaction_amount',
     'fact_orders', 'POS', 'total_amount'),
    ('base_web__orders', 'stg_web__orders', 'total_amount',
     'fact_orders', 'WEB', 'total_amount'),
    ('base_pos__sales', 'stg_pos__sales', 'round(quantity * unit_price, 2)',
     'fact_order_lines', 'POS', 'line_total'),
    ('base_pos__sales', 'stg_pos__sales', 'line_total',
     'fact_order_lines', 'POS', 'reported_line_total'),
    ('base_web__order_lines', 'stg_web__order_lines',
     'round(quantity * unit_price, 2)',
     'fact_order_lines', 'WEB', 'gross_amount'),
    ('base_web__order_lines', 'stg_web__order_lines', 'discount_amount',
     'fact_order_lines', 'WEB', 'discount_amount'),
    ('base_web__order_lines', 'stg_web__order_lines',
     'round(quantity * unit_price, 2) - coalesce(discount_amount, 0)',
     'fact_order_lines', 'WEB', 'line_total'),
    ('base_web__payments', 'stg_web__payments', 'payment_amount',
     'fact_payments', 'WEB', 'payment_amount'),
    ('base_web__refunds', 'stg_web__refunds', 'refund_amount',
     'fact_refunds', 'WEB', 'refund_amount'),
] -%}
{%- set keys = {
    'fact_orders': 'order_id',
    'fact_order_lines': 'order_line_id',
    'fact_payments': 'payment_id',
    'fact_refunds': 'refund_id',
} -%}
with

{% for base, staging, amount, fact, feed, measure in amounts %}
in_use_{{ loop.index }} as (
    select
        '{{ feed }}-' || record_key as fact_key,
        {{ amount }} as amount
    from {{ ref(base) }} as delivered
    where
        not is_deleted
        {%- if new_only %}
        and load_id > {{ proven }}
        {%- endif %}
        and exists (
            select 1 from {{ ref(staging) }} as usable
            where
                usable.record_key = delivered.record_key
                and usable.row_hash = delivered.row_hash
                and usable.batch_id = delivered.batch_id
                {%- if new_only %}
                and usable.load_id > {{ proven }}
                {%- endif %}
        )
),

usable_{{ loop.index }} as (
    select
        count(*) as row_count,
        sum(amount) as amount
    from in_use_{{ loop.index }}
),

loaded_{{ loop.index }} as (
    select
        count(*) as row_count,
        sum({{ measure }}) as amount
    from {{ ref(fact) }}
    where
        source_system = '{{ feed }}'
        and not is_deleted
        {%- if new_only %}
        -- a fact that left a touched key as it was holds an older build's row of it
        and load_id > {{ proven }}
        and {{ keys[fact] }} in (
            select in_use.fact_key from in_use_{{ loop.index }} as in_use
        )
        {%- endif %}
),
{% endfor %}
final as (
    {%- for feed in reconciled_feeds() %}
    {{ reconciliation_check(
        feed.name ~ ': raw rows in use, superseded or rejected', 'raw', 'staging',
        'select count(*) from ' ~ ref(feed.raw) ~ ' as delivered where '
            ~ is_in_question(feed, new_only, 'delivered'),
        'select sum(' ~ feed.name ~ '_fates.row_count) from ('
            ~ row_fates(feed, new_only) ~ ') as ' ~ feed.name ~ '_fates'
    ) }}
    union all
    {%- endfor %}
    {%- for base, staging, amount, fact, feed, measure in amounts %}
    {%- if loop.changed(base) %}
    {{ reconciliation_check(
        fact ~ ' (' ~ base.split('__')[1] ~ '): rows', 'raw', 'curated',
        'select row_count from usable_' ~ loop.index,
        'select row_count from loaded_' ~ loop.index
    ) }}
    union all
    {%- endif %}
    {{ reconciliation_check(
        fact ~ ' (' ~ base.split('__')[1] ~ '): ' ~ measure, 'raw', 'curated',
        'select amount from usable_' ~ loop.index,
        'select amount from loaded_' ~ loop.index
    ) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
{%- endmacro %}

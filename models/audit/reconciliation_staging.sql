{%- set amounts = [
    ('base_pos__transactions', 'stg_pos__transactions', 'transaction_amount',
     'fact_orders', "source_system = 'POS'", 'total_amount'),
    ('base_web__orders', 'stg_web__orders', 'total_amount',
     'fact_orders', "source_system = 'WEB'", 'total_amount'),
    ('base_pos__sales', 'stg_pos__sales', 'round(quantity * unit_price, 2)',
     'fact_order_lines', "source_system = 'POS'", 'line_total'),
    ('base_pos__sales', 'stg_pos__sales', 'line_total',
     'fact_order_lines', "source_system = 'POS'", 'reported_line_total'),
    ('base_web__order_lines', 'stg_web__order_lines',
     'round(quantity * unit_price, 2)',
     'fact_order_lines', "source_system = 'WEB'", 'gross_amount'),
    ('base_web__order_lines', 'stg_web__order_lines', 'discount_amount',
     'fact_order_lines', "source_system = 'WEB'", 'discount_amount'),
    ('base_web__payments', 'stg_web__payments', 'payment_amount',
     'fact_payments', "source_system = 'WEB'", 'payment_amount'),
    ('base_web__refunds', 'stg_web__refunds', 'refund_amount',
     'fact_refunds', "source_system = 'WEB'", 'refund_amount'),
] -%}
with

{% for base, staging, amount, fact, feed, measure in amounts %}
usable_{{ loop.index }} as (
    select
        count(*) as row_count,
        sum({{ amount }}) as amount
    from {{ ref(base) }} as delivered
    where
        exists (
            select 1 from {{ ref(staging) }} as usable
            where
                usable.record_key = delivered.record_key
                and usable.row_hash = delivered.row_hash
                and usable.batch_id = delivered.batch_id
        )
),

loaded_{{ loop.index }} as (
    select
        count(*) as row_count,
        sum({{ measure }}) as amount
    from {{ ref(fact) }}
    where {{ feed }}
),
{% endfor %}
final as (
    {%- for feed in reconciled_feeds() %}
    {{ reconciliation_check(
        feed.name ~ ': raw rows in use, superseded or rejected', 'raw', 'staging',
        'select count(*) from ' ~ ref(feed.raw),
        'select sum(' ~ feed.name ~ '_fates.row_count) from ('
            ~ row_fates(feed) ~ ') as ' ~ feed.name ~ '_fates'
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

{%- set checks = [] -%}
{%- for feed in reconciled_feeds() -%}
    {%- set columns = feed_columns(feed.name) -%}
    {%- set landing = ref(feed.name) -%}
    {%- set raw = ref(feed.raw) -%}
    {%- do checks.append({
        'name': feed.name ~ ': landed rows that raw holds',
        'from': 'landing',
        'to': 'raw',
        'expected': 'select count(*) from ' ~ landing,
        'actual': 'select count(*) from ' ~ landing ~ ' where '
            ~ row_hash(columns) ~ ' in (select raw_rows.row_hash from '
            ~ raw ~ ' as raw_rows)',
    }) -%}
    {%- do checks.append({
        'name': feed.name ~ ': raw rows that match their fingerprint',
        'from': 'raw',
        'to': 'raw',
        'expected': 'select count(*) from ' ~ raw,
        'actual': 'select count(*) from ' ~ raw ~ ' where row_hash = '
            ~ row_hash(columns),
    }) -%}
{%- endfor -%}
{%- for feed, amount in [
    ('transactions', 'transaction_amount'),
    ('sales', 'line_total'),
    ('sales', 'unit_price'),
    ('orders', 'total_amount'),
    ('order_lines', 'unit_price'),
    ('order_lines', 'discount_amount'),
    ('payments', 'payment_amount'),
    ('refunds', 'refund_amount'),
] -%}
    {%- set columns = feed_columns(feed) -%}
    {%- set landing = ref(feed) -%}
    {%- set raw = ref('raw_' ~ feed) -%}
    {%- do checks.append({
        'name': feed ~ ': sum of ' ~ amount ~ ' of the landed rows',
        'from': 'landing',
        'to': 'raw',
        'expected': 'select sum(distinct_rows.amount) from (select distinct '
            ~ row_hash(columns) ~ ' as row_hash, ' ~ parse_decimal(amount, 4)
            ~ ' as amount from ' ~ landing ~ ') as distinct_rows',
        'actual': 'select sum(distinct_rows.amount) from (select distinct'
            ~ ' raw_rows.row_hash, ' ~ parse_decimal('raw_rows.' ~ amount, 4)
            ~ ' as amount from ' ~ raw ~ ' as raw_rows where raw_rows.row_hash in'
            ~ ' (select ' ~ row_hash(columns) ~ ' from ' ~ landing
            ~ ')) as distinct_rows',
    }) -%}
{%- endfor -%}
with

final as (
    {%- for check in checks %}
    {{ reconciliation_check(
        check.name, check['from'], check.to, check.expected, check.actual
    ) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final

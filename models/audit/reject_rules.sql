{%- set rules = {
    'field_count': 'The line has more or fewer fields than the header.',
    'null_key': 'The key is empty.',
    'duplicate_key': 'The key came twice in one delivery with other content;'
        ~ ' this is the version that was not taken.',
    'missing_reference': 'A line, payment or showing does not say what it belongs to.',
    'unparsable_amount': 'An amount or price is empty or not a plain number.',
    'unparsable_quantity': 'A quantity is empty or not a whole number.',
    'unparsable_date': 'A date is empty or not in the calendar.',
    'unparsable_flag': 'A yes-or-no value says neither.',
    'impossible_date': 'A date lies before 1990.',
    'future_date': 'A date lies more than 366 days after the delivery.',
    'impossible_amount': 'Quantity x price is a trillion or more.',
    'zero_quantity': 'A quantity is zero.',
    'negative_quantity': 'A web order line has a negative quantity;'
        ~ ' at the till that is a return.',
    'negative_price': 'A price is negative.',
    'negative_amount': 'A discount, payment or refund is negative.',
} -%}
with

final as (
    {%- for rule, meaning in rules.items() %}
    select
        '{{ rule }}' as rule,
        '{{ meaning }}' as meaning
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final

{%- set amounts = [0.01, 0.1, 0.29, 1.15, 10, 33.33, 99.99, -7.77, 1234567.89] -%}
{%- set weights = [
    [1, 1, 1], [1, 1, 1, 1, 1, 1, 1], [0.01, 9.98, 0.01], [10, -4, 0.5],
    [-1, -2, -0.07], [0, 0, 5], [1000000, 0.01, 3], [19.99, 5.01, 7.77, 3.33],
] -%}
with

cases (amount, label, position_number, weight) as (
    values
    {%- for amount in amounts %}
    {%- set last_amount = loop.last %}
    {%- for weight_list in weights %}
    {%- set label = loop.index %}
    {%- set last_list = loop.last %}
    {%- for weight in weight_list %}
    ({{ amount }}, {{ label }}, {{ loop.index }}, {{ weight }})
    {%- if not (last_amount and last_list and loop.last) %},{% endif %}
    {%- endfor %}
    {%- endfor %}
    {%- endfor %}
),

weighted as (
    select
        cases.*,
        sum(weight) over in_order as running,
        sum(weight) over whole as total
    from cases
    window
        in_order as (
            partition by amount, label
            order by position_number
            rows between unbounded preceding and current row
        ),
        whole as (partition by amount, label)
),

parts as (
    select
        amount,
        label,
        {{ allocate_cents('amount', 'running', 'running - weight', 'total') }} as part
    from weighted
),

results as (
    select
        amount,
        label,
        sum(part) as actual
    from parts
    group by amount, label
)

select * from results
where actual is distinct from cast(amount as numeric(18, 2))

{%- set cells = ['count_ab', 'fewer_only', 'more_only', 'neither'] -%}
{%- set margins = ['fewer_count', 'not_fewer', 'more_count', 'not_more'] -%}
{#- of a tail that are added at once -#}
{%- set terms = 8 -%}
-- exception: one probability, whose steps make sense together only
with recursive

tested as (select * from {{ ref('int_bundle_tests') }}),

-- the cells of each table of two by two, in doubles, which hold them exactly
tables as (
    select
        row_number() over (
            order by basket_count, fewer_count, more_count, count_ab
        ) as table_id,
        cast(basket_count as double precision) as basket_count,
        cast(fewer_count as double precision) as fewer_count,
        cast(more_count as double precision) as more_count,
        cast(count_ab as double precision) as count_ab,
        cast(fewer_count - count_ab as double precision) as fewer_only,
        cast(more_count - count_ab as double precision) as more_only,
        cast(
            basket_count - fewer_count - more_count + count_ab as double precision
        ) as neither,
        cast(basket_count - fewer_count as double precision) as not_fewer,
        cast(basket_count - more_count as double precision) as not_more,
        cast(
            count_ab * basket_count - fewer_count * more_count as double precision
        ) as surplus
    from tested
    group by basket_count, fewer_count, more_count, count_ab
),

compared as (
    select
        tables.*,
        tables.fewer_count * tables.more_count / tables.basket_count
            as expected_count_ab,
        tables.fewer_count * tables.not_more / tables.basket_count
            as expected_fewer_only,
        tables.not_fewer * tables.more_count / tables.basket_count
            as expected_more_only,
        tables.not_fewer * tables.not_more / tables.basket_count as expected_neither,
        tables.surplus / tables.basket_count as off_count_ab,
        -tables.surplus / tables.basket_count as off_fewer_only,
        -tables.surplus / tables.basket_count as off_more_only,
        tables.surplus / tables.basket_count as off_neither
    from tables
),

shared as (
    select
        {%- for cell in cells %}
        {{ ratio('off_' ~ cell, cell ~ ' + expected_' ~ cell) }} as share_{{ cell }},
        {%- endfor %}
        compared.*
    from compared
),

-- logarithm of the hypergeometric probability of the table, in Loader's form; beyond
-- it, one basket at a time leaves the falling cells for the rising ones
starts as (
    select
        table_id,
        surplus >= 0 as is_above,
        {%- for cell in margins %}
        {{ '+ ' if not loop.first }}{{ factorial_remainder(cell) }}
        {%- endfor %}
        - {{ factorial_remainder('basket_count') }}
        {%- for cell in cells %}
        - {{ factorial_remainder(cell) }}
        - {{ deviance(cell) }}
        {%- endfor %} as log_probability,
        case when surplus >= 0 then fewer_only else count_ab end as falling_1,
        case when surplus >= 0 then more_only else neither end as falling_2,
        case when surplus >= 0 then count_ab else fewer_only end as rising_1,
        case when surplus >= 0 then neither else more_only end as rising_2
    from shared
),

tails (table_id, falling_1, falling_2, rising_1, rising_2, term, total) as (
    select
        table_id,
        falling_1,
        falling_2,
        rising_1,
        rising_2,
        cast(1 as double precision) as term,
        cast(0 as double precision) as total
    from starts
    union all
    select
        table_id,
        falling_1 - {{ terms }} as falling_1,
        falling_2 - {{ terms }} as falling_2,
        rising_1 + {{ terms }} as rising_1,
        rising_2 + {{ terms }} as rising_2,
        {{ tail_terms(terms, is_sum=false) }} as term,
        total + {{ tail_terms(terms, is_sum=true) }} as total
    from tails
    where term > 1e-15 * total
),

sums as (
    select
        table_id,
        total
    from tails
    where term <= 1e-15 * total
),

logarithms as (
    select
        starts.table_id,
        starts.is_above,
        case
            when starts.is_above
                then starts.log_probability + ln(1 + sums.total)
            when sums.total > 0 then starts.log_probability + ln(sums.total)
        end as log_chance
    from starts
    inner join sums on starts.table_id = sums.table_id
),

-- what is below 1e-299 is 0: engines tell nothing apart there, or refuse to
chances as (
    select
        table_id,
        is_above,
        case
            when log_chance >= -690 then exp(least(0, log_chance))
            else 0
        end as chance
    from logarithms
),

final as (
    select
        -- keys
        cast(tables.basket_count as bigint) as basket_count,
        cast(tables.fewer_count as bigint) as fewer_count,
        cast(tables.more_count as bigint) as more_count,
        cast(tables.count_ab as bigint) as count_ab,

        -- measures
        case
            when chances.is_above then chances.chance
            else 1 - chances.chance
        end as p_value
    from chances
    inner join tables on chances.table_id = tables.table_id
)

select * from final

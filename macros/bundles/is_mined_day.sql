{#-
    Condition: the line's day is one of the days mined; `within` in Python.

    Each of the two is a date, or none, which is no limit; lines without a day are mined
    where there is no first one.

        where is_sale and {{ is_mined_day(span.first_day, span.mined_until) }}
-#}
{% macro is_mined_day(first_day, mined_until) -%}
    coalesce(
        {{ "order_date >= cast('" ~ first_day ~ "' as date)" if first_day else 'true' }}
        and {{ "order_date <= cast('" ~ mined_until ~ "' as date)"
            if mined_until else 'true' }},
        {{ 'false' if first_day else 'true' }}
    )
{%- endmacro %}

{#-
    Window expression: score from 1 (worst fifth of the rows) to 5 (best fifth).

    Equal values always get equal scores, unlike ntile, which splits ties by chance.

        {{ quintile_score('recency', descending=true) }} as recency_score
-#}
{% macro quintile_score(expression, descending=false) -%}
    cast(
        1 + floor(
            5 * cast(
                rank() over (
                    order by {{ expression }} {{ 'desc' if descending else 'asc' }}
                ) - 1 as double precision
            ) / cast(count(*) over () as double precision)
        ) as integer
    )
{%- endmacro %}

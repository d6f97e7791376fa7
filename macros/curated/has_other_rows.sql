{#-
    Condition: the rows that `found` counts are not those that `known` was made of.

    For the two sides of a full outer join per day or period: rows that moved to or from
    it, or were corrected or deleted, change their number or the newest load. What lost
    all its rows stays known, with 0 of them.

        where {{ has_other_rows('days', 'summed_days', 'row') }}
-#}
{% macro has_other_rows(found, known, kind) -%}
    (
        coalesce({{ found }}.{{ kind }}_count, 0)
        != coalesce({{ known }}.{{ kind }}_count, -1)
        or coalesce({{ found }}.{{ kind }}s_load_id, 0)
        != coalesce({{ known }}.{{ kind }}s_load_id, 0)
    )
{%- endmacro %}

{#-
    Expressions: the measures of a rule that follow from its four counts, with names.

    Reads count_a, count_b, count_ab and basket_count; `rule_metrics` in bundle_rules.py
    says the same, and where each comes from.

        select {{ rule_measures() }} from rules
-#}
{% macro rule_measures() -%}
    {%- set lift = ratio('count_ab * basket_count', 'count_a * count_b') -%}
    {%- set spread -%}
        1.959963984540054e0 * sqrt((
            cast(count_ab as double precision)
            * (basket_count - count_a - count_b + count_ab)
            + cast(count_a - count_ab as double precision) * (count_b - count_ab)
            * (basket_count - count_ab) / count_ab
        ) / (cast(basket_count as double precision) * count_a * count_b))
    {%- endset -%}
    {{ ratio('count_ab', 'basket_count') }} as support,
    {{ ratio('count_ab', 'count_a') }} as confidence,
    {{ lift }} as lift,
    {{ ratio('count_ab', 'basket_count') }}
    - {{ ratio('count_a', 'basket_count') }}
    * {{ ratio('count_b', 'basket_count') }} as leverage,
    {{ ratio(
        '1 - ' ~ ratio('count_b', 'basket_count'),
        '1 - ' ~ ratio('count_ab', 'count_a')
    ) }} as conviction,
    {{ ratio('count_ab', 'count_a + count_b - count_ab') }} as jaccard,
    coalesce({{ ratio(
        'count_ab * basket_count - count_a * count_b',
        'greatest(count_ab * (basket_count - count_a), count_a * (count_b - count_ab))'
    ) }}, 0) as zhang,
    {{ lift }} * exp(-{{ spread }}) as lift_low,
    {{ lift }} * exp({{ spread }}) as lift_high
{%- endmacro %}

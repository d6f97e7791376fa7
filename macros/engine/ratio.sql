{#-
    Expression: numerator / denominator as a double, null when the denominator is 0.

    Exists because `7 / 2` is 3 or 3.5 and `x / 0` null, an error or infinity,
    depending on the engine.

        {{ ratio('clicks', 'impressions') }}
-#}
{% macro ratio(numerator, denominator) -%}
    (
        cast({{ numerator }} as double precision)
        / nullif(cast({{ denominator }} as double precision), 0)
    )
{%- endmacro %}

{#-
    Expression: fewest baskets that reach the smallest support, never below 1.

    The product is taken a hair low, because 0.07 * 100 is above 7 in floating point.

        {{ smallest_count('basket_count') }}
-#}
{% macro smallest_count(basket_count) -%}
    greatest(1, cast(ceiling(
        cast({{ var('bundle_min_support') }} as double precision) * {{ basket_count }}
        * (1 - cast(1e-12 as double precision))
    ) as bigint))
{%- endmacro %}

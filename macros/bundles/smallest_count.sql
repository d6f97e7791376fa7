{#-
    Expression: fewest baskets that reach the smallest support, never below 1.

    Of the smallest support only a `share` counts, if one is given. The product is taken
    a hair low, because 0.07 * 100 is above 7 in floating point.

        {{ smallest_count('basket_count') }}
-#}
{% macro smallest_count(basket_count, share=1) -%}
    greatest(1, cast(ceiling(
        cast({{ share }} as double precision)
        * {{ bundle_share('bundle_min_support') }} * {{ basket_count }}
        * (1 - cast(1e-12 as double precision))
    ) as bigint))
{%- endmacro %}

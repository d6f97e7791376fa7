{#-
    Expression: a threshold of the search for bundles, a variable, as a double.

    A confidence lies in [0, 1] and a support above 0; whatever else it is, nan or no
    number at all, is refused by name.

        count_ab >= {{ bundle_share('bundle_min_confidence') }} * count_a
-#}
{% macro bundle_share(name) -%}
    {%- set share = var(name) | float(-1) -%}
    {%- set is_support = name == 'bundle_min_support' -%}
    {%- if not 0 <= share <= 1 or (is_support and share == 0) -%}
        {{ exceptions.raise_compiler_error(
            name ~ ' must lie in ' ~ ('(' if is_support else '[') ~ '0, 1], not '
            ~ var(name)
        ) }}
    {%- endif -%}
    cast({{ share }} as double precision)
{%- endmacro %}

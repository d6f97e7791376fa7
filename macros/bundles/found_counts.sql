{#-
    Statement: in how many baskets each of the frequent sets up to one size is.

        {{ found_counts(2) }}
-#}
{% macro found_counts(size) -%}
    {%- for smaller in range(1, size + 1) %}
    {{- ' union all ' if not loop.first -}}
    select set_count from bundle_sets_{{ smaller }}
    {%- endfor %}
{%- endmacro %}

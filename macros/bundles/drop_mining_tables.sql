{#-
    Statement: drop what mining made, which else lives as long as the session.

        post_hook="{{ drop_mining_tables() }}"
-#}
{% macro drop_mining_tables() -%}
    drop table if exists bundle_candidates, bundle_baskets, bundle_totals, bundle_items
    {%- for size in range(1, var('bundle_max_length') | int + 1) -%}
    , bundle_sets_{{ size }}, bundle_occurrences_{{ size }}
    {%- if size > 2 %}, bundle_candidates_{{ size }}{% endif %}
    {%- endfor %}
{%- endmacro %}

{#-
    Statement: let the build that starts take the deliveries that wait for one.

    On PostgreSQL a delivery may land in the middle of a build, after some raw tables
    were filled and before others are. It waits whole for the next build.

        on-run-start: "{{ offer_deliveries() }}"
-#}
{% macro offer_deliveries() -%}
    update landing.delivered_files set is_waiting = false where is_waiting
{%- endmacro %}

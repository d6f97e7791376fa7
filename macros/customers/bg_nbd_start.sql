{#-
    List: r, alpha, a and b that a fit of BG/NBD begins with; time is in days.

        {% set start = bg_nbd_start() %}
-#}
{% macro bg_nbd_start() -%}
    {{ return(['1.0', '30.0', '1.0', '1.0']) }}
{%- endmacro %}

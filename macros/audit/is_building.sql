{#-
    Boolean: whether this command may write tables, and so is logged.

        {% if execute and is_building() %}
-#}
{% macro is_building() -%}
    {{ return(flags.WHICH in ['build', 'run', 'snapshot', 'retry']) }}
{%- endmacro %}

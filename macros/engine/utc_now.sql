{#-
    Expression: start of the transaction, as a UTC timestamp.

        {{ utc_now() }} as ingestion_timestamp
-#}
{% macro utc_now() -%}
    cast(current_timestamp at time zone 'UTC' as timestamp)
{%- endmacro %}

{#-
    Dictionary of rules for the instant a row must carry, for broken_rules.

    A day before 1990 or more than 366 days after it was delivered is a typing error,
    not an event.

        {% set rules = date_rules('ordered_at') %}
-#}
{% macro date_rules(instant) -%}
    {{ return({
        'unparsable_date': instant ~ " is null",
        'impossible_date': instant ~ " < cast('1990-01-01' as timestamp)",
        'future_date': days_between('ingestion_timestamp', instant) ~ " > 366",
    }) }}
{%- endmacro %}

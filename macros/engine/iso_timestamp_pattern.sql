{#-
    Text: regular expression of the instants that parse_timestamp reads.

        {{ matches(expression, iso_timestamp_pattern()) }}
-#}
{% macro iso_timestamp_pattern() -%}
    {%- set day = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' -%}
    {%- set hour_minute = '([01][0-9]|2[0-3]):[0-5][0-9]' -%}
    {%- set second = '(:[0-5][0-9]([.][0-9]{1,6})?)?' -%}
    {{ return(day ~ '([ T]' ~ hour_minute ~ second ~ '(Z|[+]00:00)?)?') }}
{%- endmacro %}

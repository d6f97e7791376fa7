{#-
    Expression: ISO 8601 text as a UTC timestamp, null when it names no instant.

    A date alone is its midnight; `T` and a final `Z` or `+00:00` are read, any other
    offset is not. A day that is not in the calendar (`2025-02-30`) is null, never an
    error.

        {{ parse_timestamp('order_date') }}
-#}
{% macro parse_timestamp(expression) -%}
    {{ return(adapter.dispatch('parse_timestamp')(expression)) }}
{%- endmacro %}

{% macro default__parse_timestamp(expression) -%}
    {%- set day = "cast(substring(trim(" ~ expression ~ "), 9, 2) as integer)" -%}
    {%- set month = "substring(trim(" ~ expression ~ "), 6, 2)" -%}
    {%- set year = "cast(substring(trim(" ~ expression ~ "), 1, 4) as integer)" -%}
    case
        when not {{ matches('trim(' ~ expression ~ ')', iso_timestamp_pattern()) }}
            then null
        when {{ year }} = 0 then null
        when {{ month }} in ('04', '06', '09', '11') and {{ day }} > 30 then null
        when
            {{ month }} = '02'
            and {{ day }} > 28 + case
                when mod({{ year }}, 400) = 0 then 1
                when mod({{ year }}, 100) = 0 then 0
                when mod({{ year }}, 4) = 0 then 1
                else 0
            end
            then null
        else cast({{ without_zone(expression) }} as timestamp)
    end
{%- endmacro %}

{% macro duckdb__parse_timestamp(expression) -%}
    case
        when
            {{ matches('trim(' ~ expression ~ ')', iso_timestamp_pattern()) }}
            and trim({{ expression }}) not like '0000%'
            then try_cast({{ without_zone(expression) }} as timestamp)
    end
{%- endmacro %}

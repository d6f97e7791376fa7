{#-
    Expression: a row's key as raw keeps it: the feed's first column without blanks.

    A row without one is known by its content, so that it is neither lost nor doubled.

        {{ record_key('orders') }} as record_key
-#}
{% macro record_key(feed) -%}
    {%- set columns = feed_columns(feed) -%}
    coalesce(
        {{ clean_text(adapter.quote(columns[0])) }},
        'no key: ' || {{ row_hash(columns) }}
    )
{%- endmacro %}

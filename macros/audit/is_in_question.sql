{#-
    Expression: whether a row's key is one whose rows are checked; `rows` names them.

    All of them, or with `new_only` those of which the test has not seen all raw rows.

        where {{ is_in_question(feed, new_only, 'delivered') }}
-#}
{% macro is_in_question(feed, new_only, rows) -%}
    {%- if new_only -%}
    {{ rows }}.record_key in (
        select fresh.record_key from {{ ref(feed.raw) }} as fresh
        where fresh.load_id > {{ proven_load() }}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

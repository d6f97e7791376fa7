{#-
    Statement: keep PostgreSQL's planner from looping over a table for each row of
    another, until the transaction of a day's build ends; else nothing.

    How many keys an array of looked-up keys holds is unknown to it, and it guesses ten:
    100,000 lines and their orders it compared each with each, for five minutes instead
    of two seconds. Keys in an array are looked up in an index all the same.

        pre_hook="{{ avoid_nested_loops() }}"
-#}
{% macro avoid_nested_loops() -%}
    {{ adapter.dispatch('avoid_nested_loops')() }}
{%- endmacro %}

{% macro default__avoid_nested_loops() -%}
{%- endmacro %}

{% macro postgres__avoid_nested_loops() -%}
    {%- if is_incremental() -%}
    set local enable_nestloop = off
    {%- endif -%}
{%- endmacro %}

{#-
    Condition, with its `and`: the row's day is one of `stale_days`; nothing at first.

    A first build, or a full refresh, sums every day up.

        where not is_deleted {{- and_is_stale() }}
-#}
{% macro and_is_stale() -%}
    {%- if is_incremental() %}
        and event_date in (select stale_days.event_date from stale_days)
    {%- endif -%}
{%- endmacro %}

{#-
    Predicate: the whole text matches a regular expression; null for null.

    Exists because regular-expression operators differ by engine. Patterns must stay
    within what RE2, POSIX and Java read alike: classes, groups, `?`, `*`, `{m,n}`.

        where {{ matches('quantity', '[0-9]+') }}
-#}
{% macro matches(expression, pattern) -%}
    {{ return(adapter.dispatch('matches')(expression, pattern)) }}
{%- endmacro %}

{% macro default__matches(expression, pattern) -%}
    {{ expression }} ~ '^({{ pattern }})$'
{%- endmacro %}

{% macro duckdb__matches(expression, pattern) -%}
    regexp_full_match({{ expression }}, '{{ pattern }}')
{%- endmacro %}

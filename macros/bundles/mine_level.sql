{#-
    Text: why there is too much of one size to find, after `start_mining`; none if not.

    Mines the frequent itemsets of that size as temporary tables, unless they are too
    many: more than `bundle_max_itemsets` with those of all smaller sizes, a hundred
    times as many candidates or rows of set and basket, which are kept, or five hundred
    times as many of pairs, which are not: what a server counts in a minute or two.

        {%- set refusal = mine_level(3) -%}
-#}
{% macro mine_level(size) -%}
    {%- set most = var('bundle_max_itemsets') | int(0) -%}
    {%- if most < 1 -%}
        {{ exceptions.raise_compiler_error(
            'bundle_max_itemsets must be at least 1, not ' ~ var('bundle_max_itemsets')
        ) }}
    {%- endif -%}
    {%- if size > 2 -%}
        {%- do run_query(level_candidates(size)) -%}
    {%- endif -%}
    {%- set work = run_query(level_work(size)).rows[0] -%}
    {%- set tried = work['candidates'] | int -%}
    {%- if size > 2 and tried > 100 * most -%}
        {{ return(too_many_itemsets(size, tried, 100 * most, 'candidates')) }}
    {%- endif -%}
    {%- set most_rows = (500 if size == 2 else 100) * most -%}
    {%- if size > 1 and work['row_count'] > most_rows -%}
        {{ return(too_many_itemsets(size, tried, most_rows, 'rows to count')) }}
    {%- endif -%}
    {%- do run_query(level_counts(size)) -%}
    {%- set found = 'select count(*) from (' ~ found_counts(size) ~ ') as found' -%}
    {%- if run_query(found).columns[0].values()[0] > most -%}
        {{ return(too_many_itemsets(size, tried, most, 'itemsets')) }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}

{#-
    Text: the smallest support gives more than a limit, and which to try instead.

    That which leaves a quarter of `bundle_max_itemsets` of the sets counted by now, as
    in int_bundle_candidates.py.

        {{ too_many_itemsets(3, 1200, 500, 'itemsets') }}
-#}
{% macro too_many_itemsets(size, candidates, most, unit) -%}
    {%- set counted = size if unit == 'itemsets' else size - 1 -%}
    {%- set places -%}
        select
            counts.set_count,
            row_number() over (order by counts.set_count desc) as place,
            count(*) over () as found_count
        from ({{ found_counts(counted) }}) as counts
    {%- endset -%}
    {%- set question -%}
        select (
            select max(places.set_count) + 1 from ({{ places }}) as places
            where
                places.place
                > least(places.found_count, {{ var('bundle_max_itemsets') }}) / 4
        ) as enough, smallest_count
        from bundle_totals
    {%- endset -%}
    {%- set found = run_query(question).rows[0] -%}
    {%- set support = var('bundle_min_support') | float -%}
    {%- set share = (found['enough'] | int) / (found['smallest_count'] | int) -%}
    {{ return(
        'bundle_min_support = ' ~ '%g' % support
        ~ ' gives more than ' ~ '{:,} '.format(most) ~ unit
        ~ ', of ' ~ size ~ ' products after ' ~ '{:,}'.format(candidates)
        ~ ' candidates of that size; try ' ~ '%.2g' % [1, support * share] | min
        ~ ', or raise bundle_max_itemsets'
    ) }}
{%- endmacro %}

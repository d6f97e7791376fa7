{#-
    Statement: `bundle_candidates`, kept as they are or mined, as a temporary table.

    What int_bundle_candidates.py does, for engines without Python models: Apriori
    (Agrawal & Srikant, 1994), level by level.
    exception: one statement, whose steps make sense together only

        pre_hook="{{ find_candidates(
            ref('fact_order_lines'), ref('int_bundle_window')
        ) }}"
-#}
{% macro find_candidates(lines, window_days) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set span = run_query('select * from ' ~ window_days).rows[0] -%}
    {%- set is_mined = is_mined_day(span['first_day'], span['mined_until']) -%}
    {%- if are_complete(lines, is_mined) -%}
    create temporary table bundle_candidates as select * from {{ this }}
    {%- else -%}
    {%- set sizes = range(1, var('bundle_max_length') | int + 1) -%}
    {%- do run_query(start_mining(
        lines,
        'is_sale and ' ~ is_mined,
        smallest_count('basket_count', config.get('meta').mined_share)
    )) -%}
    {%- for size in sizes -%}
        {%- set refusal = mine_level(size) -%}
        {%- if refusal -%}
            {{ exceptions.raise_compiler_error(refusal) }}
        {%- endif -%}
    {%- endfor -%}
    create temporary table bundle_candidates as
    with itemsets as (
        select
            cast(0 as bigint) as set_id,
            0 as item_count,
            cast(null as varchar) as product_sku,
            '[]' as itemset,
            cast(null as varchar) as parent_itemset
        {%- for size in sizes %}
        union all
        {{ level_itemsets(size) }}
        {%- endfor %}
    ),
    numbered as (
        select
            itemsets.*,
            row_number() over (order by item_count, set_id) - 1 as itemset_id
        from itemsets
    )
    select
        {{ load_id() }} as load_id,
        numbered.itemset_id,
        parents.itemset_id as parent_id,
        numbered.product_sku,
        numbered.itemset,
        cast(numbered.item_count as bigint) as item_count,
        totals.basket_count,
        (
            select coalesce(max(lines.load_id), 0) from {{ lines }} as lines
        ) as lines_load_id,
        totals.smallest_count,
        cast({{ sizes | last }} as bigint) as max_length,
        (select span.first_day from {{ window_days }} as span) as first_day,
        (select span.mined_until from {{ window_days }} as span) as mined_until
    from numbered
    left join numbered as parents on numbered.parent_itemset = parents.itemset
    cross join bundle_totals as totals
    {%- endif %}
{%- endmacro %}

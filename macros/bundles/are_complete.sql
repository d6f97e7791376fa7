{#-
    Boolean: whether no itemset but the candidates can have become frequent since.

    The proof is that of `are_complete` in int_bundle_candidates.py, here in SQL.
    exception: one proof, whose steps make sense together only

        {% if are_complete(ref('fact_order_lines')) %}
-#}
{% macro are_complete(lines) -%}
    {%- if not load_cached_relation(this) or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set question -%}
        select
            touched.order_count,
            mined.lines_load_id,
            mined.max_length,
            {{ smallest_count(
                'greatest(0, mined.basket_count - touched.order_count)'
            ) }} - mined.smallest_count + 1 as enough
        from (
            select
                max(basket_count) as basket_count,
                max(lines_load_id) as lines_load_id,
                max(smallest_count) as smallest_count,
                max(max_length) as max_length
            from {{ this }}
        ) as mined
        cross join (
            select count(distinct lines.order_id) as order_count
            from {{ lines }} as lines
            where lines.load_id > (
                select max(known.lines_load_id) from {{ this }} as known
            )
        ) as touched
    {%- endset -%}
    {%- set answer = run_query(question).rows[0] -%}
    {%- set longest = var('bundle_max_length') | int -%}
    {%- if answer['enough'] is none or answer['enough'] < 1
        or longest > answer['max_length'] -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if answer['enough'] > answer['order_count'] -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set is_touched -%}
        is_sale and order_id in (
            select touched.order_id from {{ lines }} as touched
            where touched.load_id > {{ answer['lines_load_id'] }}
        )
    {%- endset -%}
    {%- do run_query(start_mining(lines, is_touched, answer['enough'])) -%}
    {%- set unknown = [] -%}
    {%- for size in range(1, longest + 1) if not unknown -%}
        {%- do run_query(mine_level(size)) -%}
        {%- set strangers -%}
            select count(*) from ({{ level_itemsets(size) }}) as found
            where found.itemset not in (select known.itemset from {{ this }} as known)
        {%- endset -%}
        {%- if run_query(strangers).columns[0].values()[0] > 0 -%}
            {%- do unknown.append(size) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query(drop_mining_tables()) -%}
    {{ return(not unknown) }}
{%- endmacro %}

{#-
    Boolean: whether no itemset but the candidates can have become frequent since.

    The proof is that of `are_complete` in int_bundle_candidates.py, here in SQL.
    exception: one proof, whose steps make sense together only

        {% if are_complete(ref('fact_order_lines'), is_mined) %}
-#}
{% macro are_complete(lines, is_mined) -%}
    {%- if not load_cached_relation(this) or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set made = run_query('select * from ' ~ this ~ ' where itemset_id = 0') -%}
    {%- set longest = var('bundle_max_length') | int -%}
    {%- if not made.rows or 'mined_until' not in made.column_names
        or longest > made.rows[0]['max_length'] -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set mined = made.rows[0] -%}
    {%- set was_mined = is_mined_day(mined['first_day'], mined['mined_until']) -%}
    {%- set is_touched = 'load_id > ' ~ mined['lines_load_id'] -%}
    {%- set is_new = is_mined ~ ' and (' ~ is_touched ~ ' or not ' ~ was_mined ~ ')' -%}
    {%- set question -%}
        select
            new_orders.order_count,
            {{ smallest_count(
                'greatest(0, ' ~ mined['basket_count'] ~ ' - gone.order_count)'
            ) }} - {{ mined['smallest_count'] }} + 1 as enough
        from (
            select count(distinct order_id) as order_count from {{ lines }}
            where {{ is_touched }} or {{ was_mined }} and not {{ is_mined }}
        ) as gone
        cross join (
            select count(distinct order_id) as order_count from {{ lines }}
            where {{ is_new }}
        ) as new_orders
    {%- endset -%}
    {%- set answer = run_query(question).rows[0] -%}
    {%- if answer['enough'] < 1 -%}
        {{ return(false) }}
    {%- endif -%}
    {%- if answer['enough'] > answer['order_count'] -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set is_sold_anew -%}
        is_sale and {{ is_mined }} and order_id in (
            select new_lines.order_id from {{ lines }} as new_lines
            where {{ is_new }}
        )
    {%- endset -%}
    {%- do run_query(start_mining(lines, is_sold_anew, answer['enough'])) -%}
    {%- set unknown = [] -%}
    {%- for size in range(1, longest + 1) if not unknown -%}
        {%- set refusal = mine_level(size) -%}
        {%- set strangers -%}
            select count(*) from ({{ level_itemsets(size) }}) as found
            where found.itemset not in (select known.itemset from {{ this }} as known)
        {%- endset -%}
        {%- if refusal or run_query(strangers).columns[0].values()[0] > 0 -%}
            {%- do unknown.append(size) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do run_query(drop_mining_tables()) -%}
    {{ return(not unknown) }}
{%- endmacro %}

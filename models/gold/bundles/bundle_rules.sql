{{
    config(
        enabled=target.type != 'duckdb',
        pre_hook="{{ mine_itemsets(ref('fact_order_lines')) }}",
        post_hook="{{ drop_mining_tables() }}"
    )
}}
{%- set max_length = var('bundle_max_length') | int -%}
{%- set places = range(1, max_length + 1) -%}
-- The same table as bundle_rules.py makes, for engines without Python models.
-- depends_on: {{ ref('fact_order_lines') }}
with

order_lines as (
    select * from {{ ref('fact_order_lines') }}
    where is_sale
),

products as (select * from {{ ref('dim_products') }}),

sale_window as (
    select
        cast(min(order_date) as timestamp) as window_start,
        cast(max(order_date) as timestamp) as window_end
    from order_lines
),

items as (
    select
        bundle_items.item,
        '"' || {{ json_escape('bundle_items.product_sku') }} || '"' as sku,
        '"' || {{ json_escape(
            'coalesce(products.product_name, bundle_items.product_sku)'
        ) }} || '"' as name
    from bundle_items
    left join products on bundle_items.product_sku = products.product_sku
),

itemsets as (
    {%- for size in places %}
    select
        {%- for place in places %}
        {{ 'item_' ~ place if place <= size else 'cast(null as bigint)' }}
            as item_{{ place }},
        {%- endfor %}
        {{ size }} as item_count,
        set_count
    from bundle_sets_{{ size }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

named_itemsets as (
    select
        itemsets.*,
        {%- for place in places %}
        {{ '|| ' if place > 1 }}coalesce('|' || itemsets.item_{{ place }}, '')
        {%- endfor %} as set_key,
        {%- for column in ['sku', 'name'] %}
        '['
        {%- for place in places %}
        || coalesce({{ "', ' || " if place > 1 }}items_{{ place }}.{{ column }}, '')
        {%- endfor %}
        || ']' as {{ column }}s{{ ',' if not loop.last }}
        {%- endfor %}
    from itemsets
    {%- for place in places %}
    left join items as items_{{ place }}
        on itemsets.item_{{ place }} = items_{{ place }}.item
    {%- endfor %}
),

-- every way to part a set into antecedents and consequents
splits (item_count{% for place in places %}, is_antecedent_{{ place }}{% endfor %}) as (
    values
    {%- for size in places %}
    {%- set is_last_size = loop.last %}
    {%- for mask in range(1, [2 ** size - 1, 2] | max) %}
    (
        {{ size }}
        {%- for place in places %}, {{ (mask // 2 ** (place - 1)) % 2 == 1 }}{% endfor %}
    ){{ ',' if not (is_last_size and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

splits_of_itemsets as (
    select
        itemsets.set_count,
        {%- for side in ['', 'not '] %}
        {%- for place in places %}
        {{ '|| ' if place > 1 }}case
            when {{ side }}splits.is_antecedent_{{ place }}
                then coalesce('|' || itemsets.item_{{ place }}, '')
            else ''
        end
        {%- endfor %} as {{ 'consequents_key' if side else 'antecedents_key,' }}
        {%- endfor %}
    from itemsets
    inner join splits on itemsets.item_count = splits.item_count
    where itemsets.item_count > 1
),

rules as (
    select
        antecedents.skus as antecedents,
        consequents.skus as consequents,
        antecedents.names as antecedents_names,
        consequents.names as consequents_names,
        {%- for place in places %}
        antecedents.item_{{ place }} as antecedent_{{ place }},
        consequents.item_{{ place }} as consequent_{{ place }},
        {%- endfor %}
        antecedents.set_count as count_a,
        consequents.set_count as count_b,
        splits_of_itemsets.set_count as count_ab,
        {{ ratio('splits_of_itemsets.set_count', 'antecedents.set_count') }}
            as confidence
    from splits_of_itemsets
    inner join named_itemsets as antecedents
        on splits_of_itemsets.antecedents_key = antecedents.set_key
    inner join named_itemsets as consequents
        on splits_of_itemsets.consequents_key = consequents.set_key
    where
        splits_of_itemsets.set_count
        >= cast({{ var('bundle_min_confidence') }} as double precision)
        * antecedents.set_count * (1 - cast(1e-12 as double precision))
),

measured as (
    select
        rules.*,
        bundle_totals.basket_count,
        {{ ratio('rules.count_ab', 'bundle_totals.basket_count') }} as support,
        {{ ratio(
            'rules.count_ab * bundle_totals.basket_count',
            'rules.count_a * rules.count_b'
        ) }} as lift,
        {{ ratio('rules.count_a', 'bundle_totals.basket_count') }} as support_a,
        {{ ratio('rules.count_b', 'bundle_totals.basket_count') }} as support_b
    from rules
    cross join bundle_totals
),

final as (
    select
        -- keys
        md5(measured.antecedents || ' => ' || measured.consequents) as rule_id,

        -- attributes
        measured.antecedents,
        measured.consequents,
        measured.antecedents_names,
        measured.consequents_names,

        -- measures
        measured.support,
        measured.confidence,
        measured.lift,
        measured.support - measured.support_a * measured.support_b as leverage,
        {{ ratio('1 - measured.support_b', '1 - measured.confidence') }} as conviction,
        measured.count_a,
        measured.count_b,
        measured.count_ab,
        measured.basket_count,

        -- timestamps
        sale_window.window_start,
        sale_window.window_end
    from measured
    cross join sale_window
    order by
        measured.confidence desc,
        measured.lift desc,
        measured.support desc
        {%- for side in ['antecedent', 'consequent'] %}
        {%- for place in places %},
        measured.{{ side }}_{{ place }} nulls first
        {%- endfor %}
        {%- endfor %}
)

select * from final

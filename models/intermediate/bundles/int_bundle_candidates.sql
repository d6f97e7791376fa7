{{
    config(
        enabled=target.type != 'duckdb',
        pre_hook="{{ find_candidates(
            ref('fact_order_lines'), ref('int_bundle_window')
        ) }}",
        post_hook="{{ drop_mining_tables() }}"
    )
}}
-- The same table as int_bundle_candidates.py makes, for engines without Python models:
-- at most {{ var('bundle_max_length') }} products,
-- support at least {{ var('bundle_min_support') }}.
-- depends_on: {{ ref('fact_order_lines') }}
-- depends_on: {{ ref('int_bundle_window') }}
select
    itemset_id,
    parent_id,
    product_sku,
    itemset,
    item_count,
    basket_count,
    lines_load_id,
    smallest_count,
    max_length,
    first_day,
    mined_until,
    load_id
from bundle_candidates

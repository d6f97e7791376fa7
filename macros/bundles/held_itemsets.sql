{#-
    CTE `held_itemsets` of a `with recursive`: which candidates a holder has.

    Reads CTE `candidates`, and CTE `candidate_items`: `itemset_id` of the candidate of
    one product, `product_sku` and `holder`, the columns that say who holds it.

        {{ held_itemsets(['order_id']) }},
-#}
{% macro held_itemsets(holder) -%}
-- who holds a set holds the set one item larger if they hold that item as well
held_itemsets (itemset_id, {{ holder | join(', ') }}) as (
    select
        itemset_id,
        {{ holder | join(',\n        ') }}
    from candidate_items
    union all
    select
        candidates.itemset_id
        {%- for column in holder %},
        held_itemsets.{{ column }}
        {%- endfor %}
    from held_itemsets
    inner join candidates on held_itemsets.itemset_id = candidates.parent_id
    inner join candidate_items
        on
            candidates.product_sku = candidate_items.product_sku
            {%- for column in holder %}
            and held_itemsets.{{ column }} = candidate_items.{{ column }}
            {%- endfor %}
)
{%- endmacro %}

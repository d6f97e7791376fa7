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
        larger.itemset_id
        {%- for column in holder %},
        larger.{{ column }}
        {%- endfor %}
    from (
        -- the sets one item larger first, and only then the item: from a large basket
        -- each set would meet every item. "offset 0" is for PostgreSQL, which knows
        -- nothing of either and would take them the other way round.
        select
            candidates.itemset_id,
            candidates.product_sku
            {%- for column in holder %},
            held_itemsets.{{ column }}
            {%- endfor %}
        from held_itemsets
        inner join candidates on held_itemsets.itemset_id = candidates.parent_id
        offset 0
    ) as larger
    inner join candidate_items
        on
            larger.product_sku = candidate_items.product_sku
            {%- for column in holder %}
            and larger.{{ column }} = candidate_items.{{ column }}
            {%- endfor %}
)
{%- endmacro %}

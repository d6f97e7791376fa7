{#-
    Statement: how many candidates one size has, and in how many rows to count them.

    A row of set and basket each: of pairs, those of each basket; of larger sets, the
    baskets of the set without the last item.

        {{ level_work(3) }}
-#}
{% macro level_work(size) -%}
    {%- if size == 1 -%}
    select
        count(*) as candidates,
        coalesce(sum(item_count), 0) as row_count
    from bundle_items
    {%- elif size == 2 -%}
    select
        (select count(*) * (count(*) - 1) / 2 from bundle_sets_1) as candidates,
        coalesce(sum(held.item_count * (held.item_count - 1) / 2), 0) as row_count
    from (
        select count(*) as item_count from bundle_occurrences_1
        group by basket
    ) as held
    {%- else -%}
    select
        count(*) as candidates,
        coalesce(sum(parents.set_count), 0) as row_count
    from bundle_candidates_{{ size }} as candidates
    inner join bundle_sets_{{ size - 1 }} as parents
        on candidates.parent_id = parents.set_id
    {%- endif -%}
{%- endmacro %}

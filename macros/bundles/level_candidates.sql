{#-
    Statements: the candidates of one size above 2, from frequent sets one item smaller.

    A candidate is two sets that share all but their last item, and every other set
    within it must be frequent too.

        {{ level_candidates(3) }}
-#}
{% macro level_candidates(size) -%}
    {%- set below = size - 1 -%}
    create temporary table bundle_candidates_{{ size }} as
    select
        row_number() over (order by parent.set_id, sibling.set_id) as set_id,
        parent.set_id as parent_id,
        {%- for place in range(1, size) %}
        parent.item_{{ place }},
        {%- endfor %}
        sibling.item_{{ below }} as item_{{ size }}
    from bundle_sets_{{ below }} as parent
    inner join bundle_sets_{{ below }} as sibling
        on
            parent.item_{{ below }} < sibling.item_{{ below }}
            {%- for place in range(1, below) %}
            and parent.item_{{ place }} = sibling.item_{{ place }}
            {%- endfor %}
    {%- for left_out in range(1, below) %}
    inner join bundle_sets_{{ below }} as without_{{ left_out }}
        on
            sibling.item_{{ below }} = without_{{ left_out }}.item_{{ below }}
            {%- for place in range(1, below) %}
            and parent.item_{{ place + (place >= left_out) | int }}
            = without_{{ left_out }}.item_{{ place }}
            {%- endfor %}
    {%- endfor %};
    analyze bundle_candidates_{{ size }};
{%- endmacro %}

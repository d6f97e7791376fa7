{#-
    Expression: place of a rule among the others, from 1, the most confident first.

    Reads CTE `measured` with its itemsets named as `antecedents` and `consequents`;
    `within` is a `partition by` clause.

        {{ rule_rank() }} as rule_rank
-#}
{% macro rule_rank(within='') -%}
    row_number() over (
        {{ within }}
        order by
            measured.confidence desc,
            measured.lift desc,
            measured.support desc,
            {{ in_byte_order('antecedents.places') }},
            {{ in_byte_order('consequents.places') }}
    )
{%- endmacro %}

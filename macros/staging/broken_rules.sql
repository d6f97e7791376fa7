{#-
    Expression: the rules a row breaks, each followed by a comma; null when none.

    `rules` maps a rule of the model reject_rules to the condition that breaks it; a
    condition that is null does not break its rule. A tombstone (`is_deleted`), which
    has no content, breaks none.

        {{ broken_rules({'zero_quantity': 'quantity = 0'}) }} as broken_rules
-#}
{% macro broken_rules(rules) -%}
    case when is_deleted then null else nullif(
        {%- for rule, condition in rules.items() %}
        case when {{ condition }} then '{{ rule }},' else '' end
        {%- if not loop.last %} || {% endif %}
        {%- endfor %},
        ''
    ) end
{%- endmacro %}

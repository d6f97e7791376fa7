{#-
    Expression: key of the order or line that a row of `past_references` belonged to.

    Read `int_past_references` under that name. Worked out here and not in the view:
    only few rows are asked for, and a view would write the key of every one.

        select {{ referred_id() }} as order_id
-#}
{% macro referred_id() -%}
    past_references.source_system || '-'
    || {{ clean_text('past_references.referred_key') }}
{%- endmacro %}

{#-
    List: the measures of a rule, as `rule_measures` makes them and tables show them.

        {%- for measure in rule_measure_names() %}
-#}
{% macro rule_measure_names() -%}
    {{ return([
        'support', 'confidence', 'lift', 'leverage', 'conviction', 'jaccard', 'zhang',
        'p_value', 'q_value', 'lift_low', 'lift_high', 'count_a', 'count_b', 'count_ab',
        'basket_count',
    ]) }}
{%- endmacro %}

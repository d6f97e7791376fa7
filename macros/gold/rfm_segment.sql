{#-
    Expression: named segment of a buyer from the scores of recency and frequency.

        {{ rfm_segment('recency_score', 'frequency_score') }} as rfm_segment
-#}
{% macro rfm_segment(recency_score, frequency_score) -%}
    case
        when {{ recency_score }} is null then 'No orders'
        when {{ recency_score }} >= 4 and {{ frequency_score }} >= 4 then 'Champions'
        when {{ recency_score }} >= 3 and {{ frequency_score }} >= 3 then 'Loyal'
        when {{ recency_score }} >= 4 then 'Recent'
        when {{ recency_score }} = 3 then 'Needs attention'
        when {{ frequency_score }} >= 4 then 'Cannot lose'
        when {{ frequency_score }} = 3 then 'At risk'
        else 'Hibernating'
    end
{%- endmacro %}

with

rules as (
    select * from {{ ref('int_bundle_rules') }}
    where segment_type != 'ALL'
),

named_itemsets as (select * from {{ ref('int_bundle_names') }}),

measured as (
    select
        rules.*,
        {{ rule_measures() }}
    from rules
),

final as (
    select
        -- keys
        measured.segment_type,
        measured.segment,
        md5(antecedents.itemset || ' => ' || consequents.itemset) as rule_id,

        -- attributes
        row_number() over (
            partition by measured.segment_type, measured.segment
            order by
                measured.confidence desc,
                measured.lift desc,
                measured.support desc,
                {{ in_byte_order('antecedents.places') }},
                {{ in_byte_order('consequents.places') }}
        ) as rule_rank,
        antecedents.itemset as antecedents,
        consequents.itemset as consequents,
        antecedents.name_list as antecedents_names,
        consequents.name_list as consequents_names,

        -- measures
        {%- for measure in [
            'support', 'confidence', 'lift', 'leverage', 'conviction', 'jaccard',
            'zhang', 'p_value', 'q_value', 'lift_low', 'lift_high', 'count_a',
            'count_b', 'count_ab', 'basket_count',
        ] %}
        measured.{{ measure }},
        {%- endfor %}

        -- flags
        measured.is_redundant
    from measured
    inner join named_itemsets as antecedents
        on measured.antecedents_id = antecedents.itemset_id
    inner join named_itemsets as consequents
        on measured.consequents_id = consequents.itemset_id
)

select * from final

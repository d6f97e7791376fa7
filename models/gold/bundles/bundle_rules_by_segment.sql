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
        {{ rule_rank('partition by measured.segment_type, measured.segment') }}
            as rule_rank,
        antecedents.itemset as antecedents,
        consequents.itemset as consequents,
        antecedents.name_list as antecedents_names,
        consequents.name_list as consequents_names,

        -- measures
        {%- for measure in rule_measure_names() %}
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

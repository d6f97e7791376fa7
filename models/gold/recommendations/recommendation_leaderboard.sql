with

qualities as (select * from {{ ref('int_recommendation_quality') }}),

judged_period as (
    select * from {{ ref('int_purchase_folds') }}
    where fold = 'judge'
),

final as (
    select
        -- keys
        qualities.model_name,
        qualities.purchase_kind,

        -- measures
        cast(qualities.model_rank as bigint) as model_rank,
        cast(qualities.customer_count as bigint) as customer_count,
        cast(qualities.purchase_count as bigint) as purchase_count,
        qualities.recall_at_10,
        qualities.ndcg_at_10,
        qualities.hit_at_10,
        qualities.ndcg_standard_error,

        -- flags
        qualities.purchase_kind = 'all' and qualities.model_rank = 1 as is_used,

        -- timestamps
        judged_period.period_start as holdout_start,
        judged_period.period_end as holdout_end
    from qualities
    cross join judged_period
)

select * from final

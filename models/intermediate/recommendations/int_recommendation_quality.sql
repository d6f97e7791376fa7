-- exception: one figure of each list, from list to mean, in short steps
with

judged_period as (
    select * from {{ ref('int_purchase_folds') }}
    where fold = 'judge'
),

customers as (
    select samples.customer_key
    from {{ ref('int_sampled_customers') }} as samples
    inner join judged_period on samples.period = judged_period.period
),

models (model_name) as (
    values ('popular'), ('personal'), ('gp-topfreq'), ('rules'), ('repurchase-1')
),

{{ ranked_products('judge') }},

truth as (
    select
        purchases.customer_key,
        purchases.product_sku,
        owned.customer_key is not null as is_repeat
    from {{ ref('int_customer_purchases') }} as purchases
    inner join customers on purchases.customer_key = customers.customer_key
    inner join fold on purchases.period = fold.period
    left join owned
        on
            purchases.customer_key = owned.customer_key
            and purchases.product_sku = owned.product_sku
),

kinds (purchase_kind, takes_repeat, takes_new) as (
    values ('all', true, true), ('repeat', true, false), ('new', false, true)
),

-- a customer counts for a kind who bought a product of that kind
wanted as (
    select
        kinds.purchase_kind,
        truth.customer_key,
        count(*) as purchase_count
    from truth
    inner join kinds
        on
            (truth.is_repeat and kinds.takes_repeat)
            or (not truth.is_repeat and kinds.takes_new)
    group by kinds.purchase_kind, truth.customer_key
),

hits as (
    select
        ranked.model_name,
        kinds.purchase_kind,
        ranked.customer_key,
        count(*) as hit_count,
        sum({{ rank_gain('ranked.item_rank') }}) as gain
    from ranked
    inner join truth
        on
            ranked.customer_key = truth.customer_key
            and ranked.product_sku = truth.product_sku
    inner join kinds
        on
            (truth.is_repeat and kinds.takes_repeat)
            or (not truth.is_repeat and kinds.takes_new)
    group by ranked.model_name, kinds.purchase_kind, ranked.customer_key
),

ideal_places (place) as (
    values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)
),

-- the gain of a list that holds nothing but what was bought
ideal_gains as (
    select
        place,
        sum({{ rank_gain('place') }}) over (
            order by place
            rows between unbounded preceding and current row
        ) as gain
    from ideal_places
),

per_customer as (
    select
        models.model_name,
        wanted.purchase_kind,
        wanted.purchase_count,
        {{ ratio('coalesce(hits.hit_count, 0)', 'wanted.purchase_count') }} as recall,
        {{ ratio('coalesce(hits.gain, 0)', 'ideal_gains.gain') }} as ndcg,
        case when hits.hit_count > 0 then 1 else 0 end as is_hit
    from models
    cross join wanted
    inner join ideal_gains on ideal_gains.place = least(wanted.purchase_count, 10)
    left join hits
        on
            models.model_name = hits.model_name
            and wanted.purchase_kind = hits.purchase_kind
            and wanted.customer_key = hits.customer_key
),

averaged as (
    select
        model_name,
        purchase_kind,
        count(*) as customer_count,
        sum(purchase_count) as purchase_count,
        avg(recall) as recall_at_10,
        avg(ndcg) as ndcg_at_10,
        {{ ratio('sum(is_hit)', 'count(*)') }} as hit_at_10,
        sqrt({{ ratio('var_samp(ndcg)', 'count(*)') }}) as ndcg_standard_error
    from per_customer
    group by model_name, purchase_kind
),

ordered as (
    select
        *,
        row_number() over (
            partition by purchase_kind
            order by
                round(cast(ndcg_at_10 as numeric(18, 12)), 9) desc,
                round(cast(recall_at_10 as numeric(18, 12)), 9) desc,
                model_name asc
        ) as model_rank
    from averaged
),

final as (
    select
        -- keys
        model_name,
        purchase_kind,

        -- measures
        model_rank,
        customer_count,
        purchase_count,
        recall_at_10,
        ndcg_at_10,
        hit_at_10,
        ndcg_standard_error
    from ordered
)

select * from final

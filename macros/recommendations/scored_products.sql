{#-
    CTEs: the second half of `ranked_products`, which scores and ranks its candidates.

    `repurchase-1` is a share of customers: of those who bought the product before, how
    many bought it again in a period, times how much more of those did who bought it as
    often and as long ago. For what is new it is the share of the others who bought it,
    times the boost where a rule names it.

        {{ scored_products() }}

    exception: one list of CTEs.
-#}
{% macro scored_products() -%}
    scored as (
        select
            candidates.*,
            products.popularity_rank,
            case
                when candidates.orders_count > 0
                    then products.again_rate * coalesce(habits.habit, 1)
                when candidates.confidence is null then products.new_rate
                else products.new_rate * coalesce(boosts.boost, 1)
            end as score
        from candidates
        cross join fold
        inner join products on candidates.product_sku = products.product_sku
        left join habits
            on
                least(candidates.orders_count, 5) = habits.orders_band
                and least(fold.period - candidates.last_period, 6) = habits.age_band
        left join boosts on true
    ),

    -- by each model; null: not among its products
    judged as (
        select
            models.model_name,
            scored.customer_key,
            scored.product_sku,
            scored.popularity_rank,
            scored.orders_count > 0 as is_repeat,
            cast(case models.model_name
                when 'popular' then -scored.popularity_rank
                when 'personal' then nullif(scored.orders_count, 0)
                when 'gp-topfreq' then scored.orders_count
                when 'rules' then cast(scored.confidence as numeric(18, 12))
                else cast(coalesce(scored.score, 0) as numeric(18, 12))
            end as double precision) as model_score
        from scored
        cross join models
    ),

    placed as (
        select
            *,
            row_number() over (
                partition by model_name, customer_key
                order by model_score desc, popularity_rank asc
            ) as item_rank
        from judged
        where model_score is not null
    ),

    ranked as (select * from placed where item_rank <= 10)
{%- endmacro %}

with

payments as (select * from {{ ref('fact_payments') }}),

collected_payments as (
    select
        order_id,
        payment_method,
        payment_amount,
        row_number() over (
            partition by order_id
            order by payment_amount desc, payment_id asc
        ) as size_rank
    from payments
    where is_collected
),

final as (
    select
        order_id,
        max(case when size_rank = 1 then payment_method end) as payment_method,
        cast(sum(payment_amount) as numeric(18, 2)) as payment_amount
    from collected_payments
    group by order_id
)

select * from final

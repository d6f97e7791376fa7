{#-
    CTEs: the best products for each of some customers, by each of some models.

    The last one, `ranked`, holds `model_name`, `customer_key`, `product_sku`,
    `item_rank` (1 to 10) and `is_repeat`. Reads the CTEs `customers` (`customer_key`)
    and `models` (`model_name`). Only what lies before the fold's period is looked at.
    Candidates are what a customer has bought, the products bought most, those most
    often new in a basket, and what rules say of the customer's products.

        with customers as (...), models as (...), {{ ranked_products('judge') }}

    exception: one list of CTEs, half of them one line each.
-#}
{% macro ranked_products(fold) -%}
    {%- set sources = {
        'fold': 'int_purchase_folds',
        'products': 'int_product_rates',
        'pairs': 'int_product_pairs',
        'habits': 'int_habits',
        'boosts': 'int_rule_boosts',
    } -%}
    {%- for name, model_name in sources.items() -%}
    {{ name }} as (
        select * from {{ ref(model_name) }}
        where
            fold = '{{ fold }}'
            {%- if fold == 'publish' and name == 'products' %}
            -- what is not sold any more is no offer; of a past period nobody knows
            and product_sku not in (
                select gone.product_key from {{ ref('dim_products') }} as gone
                where gone.is_deleted or gone.status = 'DISCONTINUED'
            )
            {%- endif %}
    ),

    {% endfor -%}
    owned as (
        select
            purchases.customer_key,
            purchases.product_sku,
            sum(purchases.orders_count) as orders_count,
            max(purchases.period) as last_period,
            cast(null as double precision) as confidence
        from {{ ref('int_customer_purchases') }} as purchases
        inner join customers on purchases.customer_key = customers.customer_key
        inner join fold on purchases.period < fold.period
        group by purchases.customer_key, purchases.product_sku
    ),

    offers as (
        select * from owned
        union all
        select
            owned.customer_key,
            pairs.consequent_sku,
            0,
            null,
            pairs.confidence
        from owned
        inner join pairs on owned.product_sku = pairs.antecedent_sku
        union all
        select
            customers.customer_key,
            products.product_sku,
            0,
            null,
            null
        from customers
        cross join products
        where products.popularity_rank <= 10 or products.new_rank <= 10
    ),

    candidates as (
        select
            customer_key,
            product_sku,
            sum(orders_count) as orders_count,
            max(last_period) as last_period,
            max(confidence) as confidence
        from offers
        group by customer_key, product_sku
    ),

    {{ scored_products() }}
{%- endmacro %}

{#-
    List: the columns of a feed as it is delivered, the key first, as in its seed.

    The same columns as in `seeds/_*.yml`, which a test compares; written out here
    because dbt does not show one node's columns to another while parsing.

    exception: thirteen lists, one for each feed

        {% for column in feed_columns('orders') %}
-#}
{% macro feed_columns(feed) -%}
    {%- set feeds = {
        'users': [
            'customer_id', 'email', 'name'
        ],
        'projects': [
            'project_id', 'project_name', 'project_description', 'number_of_bandits'
        ],
        'bandits': [
            'bandit_id', 'project_id', 'bandit_name', 'alpha', 'beta', 'n',
            'number_of_success', 'number_of_failures', 'prior_alpha', 'prior_beta',
            'product_sku', 'rule_id', 'retired_at'
        ],
        'bandit_transactions': [
            'transaction_id', 'customer_id', 'project_id', 'bandit_id', 'timestamp',
            'clicked', 'propensity', 'position'
        ],
        'customers': [
            'customer_id', 'first_name', 'last_name', 'gender', 'age', 'dob',
            'email', 'phone', 'city', 'state', 'country', 'income_level',
            'shopping_preference', 'customer_segment', 'updated_at'
        ],
        'products': [
            'product_sku', 'product_name', 'category', 'sub_category', 'brand',
            'price', 'status', 'updated_at'
        ],
        'timeframe': [
            'time_id', 'date', 'day', 'month', 'year'
        ],
        'transactions': [
            'transaction_id', 'customer_id', 'time_id', 'transaction_amount',
            'channel', 'payment_type'
        ],
        'sales': [
            'sale_id', 'transaction_id', 'product_sku', 'quantity', 'unit_price',
            'line_total'
        ],
        'orders': [
            'order_id', 'customer_id', 'order_date', 'channel', 'total_amount',
            'status', 'updated_at'
        ],
        'order_lines': [
            'order_line_id', 'order_id', 'product_sku', 'quantity', 'unit_price',
            'discount_amount'
        ],
        'payments': [
            'payment_id', 'order_id', 'payment_date', 'payment_method',
            'payment_status', 'payment_amount'
        ],
        'refunds': [
            'refund_id', 'order_line_id', 'refund_date', 'quantity',
            'refund_amount', 'reason'
        ],
    } -%}
    {%- if feed not in feeds -%}
        {{ exceptions.raise_compiler_error(
            "feed_columns: feed must be one of " ~ (feeds | join(", "))
            ~ ", not '" ~ feed ~ "'"
        ) }}
    {%- endif -%}
    {{ return(feeds[feed]) }}
{%- endmacro %}

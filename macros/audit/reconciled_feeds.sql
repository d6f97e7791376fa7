{#-
    List of the feeds with the models that carry them, for models that unite feeds.

        {% for feed in reconciled_feeds() %} ... ref(feed.staging) ... {% endfor %}
-#}
{% macro reconciled_feeds() -%}
    {%- set sources = {
        'pos': ['customers', 'products', 'timeframe', 'transactions', 'sales'],
        'web': ['orders', 'order_lines', 'payments', 'refunds'],
        'deals': ['users', 'projects', 'bandits', 'bandit_transactions'],
    } -%}
    {%- set feeds = [] -%}
    {%- for source, names in sources.items() -%}
        {%- for name in names -%}
            {%- do feeds.append({
                'name': name,
                'raw': 'raw_' ~ name,
                'base': 'base_' ~ source ~ '__' ~ name,
                'staging': 'stg_' ~ source ~ '__' ~ name,
                'has_updated_at': name in ['customers', 'products', 'orders'],
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(feeds) }}
{%- endmacro %}

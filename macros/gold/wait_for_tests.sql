{#-
    Nothing, but it makes a gold model wait for everything that gold is built on.

    dbt skips a model when a test fails that tests only what the model depends on. So
    each gold model depends on all of curated, the rejects and the reconciliation up to
    curated: whichever of their tests fails, gold stays as it was.

        +pre-hook: "{{ wait_for_tests() }}"
-#}
{% macro wait_for_tests() -%}
    {%- for name in [
        'dim_bandits', 'dim_customers', 'dim_products', 'dim_projects',
        'dim_timeframe', 'snap_customers', 'snap_products',
        'fact_bandit_impressions', 'fact_order_lines', 'fact_orders',
        'fact_payments', 'fact_refunds',
        'rejected_rows', 'reconciliation_landing', 'reconciliation_staging',
    ] -%}
        {%- do ref(name) -%}
    {%- endfor -%}
{%- endmacro %}

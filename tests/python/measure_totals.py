"""Totals that sums of measures must give, from tables of another grain."""

ORDERS = (
    "curated.fact_orders where is_revenue and not is_return_only and not is_deleted"
)
CUSTOMERS = f"{ORDERS} and customer_key != '-1'"
LINES = "curated.fact_order_lines where not is_deleted"
SOLD = f"{LINES} and is_sale"
REFUNDS = "curated.fact_refunds where is_revenue and not is_deleted"
REFUNDED_ORDERS = """
    curated.fact_refunds as refunds
    inner join curated.fact_orders as orders
        on refunds.order_id = orders.order_id and not orders.is_deleted
    where refunds.is_revenue and not refunds.is_deleted
    and orders.customer_key != '-1'
"""
PAYMENTS = "curated.fact_payments where is_collected and not is_deleted"
SHOWINGS = "curated.fact_bandit_impressions where not is_deleted"
PREDICTED = "intermediate.int_customer_predictions where fit_period = 'all'"
CALIBRATED = "intermediate.int_customer_predictions where fit_period = 'calibration'"
# Showings of a later arm's first day are not compared.
OFFERED = """
    (
        select
            customer_id,
            bandit_id,
            shown_date > min(shown_date) over (partition by bandit_id)
            or shown_date = min(shown_date) over (partition by project_id)
                as is_compared
        from curated.fact_bandit_impressions
        where not is_deleted
    ) as showings
    inner join curated.dim_bandits as bandits
        on showings.bandit_id = bandits.bandit_id
    where
        is_compared and customer_id is not null
        and bandits.rule_id in (select rule_id from gold.bundle_rules)
"""
EQUAL_SHARES = """
    (
        select sum(clicks) - sum(shown) * avg(clicks * 1.0 / shown) as gained
        from (
            select
                project_id, bandit_id, count(*) as shown,
                sum(case when is_clicked then 1 else 0 end) as clicks
            from curated.fact_bandit_impressions
            where not is_deleted
            group by project_id, bandit_id
        ) as arms
        group by project_id
        having min(shown) >= 100
    ) as projects
"""
REVENUE = f"sum(line_total) from {SOLD}"
UNITS = f"sum(quantity) from {SOLD}"
REFUNDED = f"sum(refund_amount) from {REFUNDS}"
NET = f"sum(line_total) - (select {REFUNDED}) from {SOLD}"
SPENT = f"sum(sales_amount) from {CUSTOMERS}"
GIVEN_BACK = f"sum(refund_amount) from {REFUNDED_ORDERS}"
COUNTED = f"count(*) from {CUSTOMERS}"
SHOWN = f"count(*) from {SHOWINGS}"
CLICKED = f"count(*) from {SHOWINGS} and is_clicked"
EXPECTED = f"sum(predicted_orders) from {PREDICTED}"
WORTH = f"sum(predicted_value_orders * predicted_order_value) from {PREDICTED}"
TOTALS = {
    "bandit_daily": {"impressions": SHOWN, "clicks": CLICKED},
    "bandit_posteriors": {
        "n": SHOWN,
        "number_of_success": CLICKED,
        "number_of_failures": f"count(*) from {SHOWINGS} and not is_clicked",
    },
    "bundle_uplift": {"impressions": f"count(*) from {OFFERED}"},
    "category_revenue": {"total_revenue": REVENUE, "units": UNITS},
    "customer_cohorts": {"orders_count": COUNTED, "revenue": SPENT},
    "customer_model_calibration": {
        "customers": f"count(*) from {CALIBRATED}",
        "predicted_orders": f"sum(predicted_holdout_orders) from {CALIBRATED}",
        "actual_orders": f"sum(holdout_order_days) from {CALIBRATED}",
    },
    "customer_segment_summary": {
        "customers": "count(*) from curated.dim_customers where not is_unknown",
        "orders_count": COUNTED,
        "total_spend": SPENT,
        "refunds": GIVEN_BACK,
        "high_churn_risk_customers": (
            "count(*) from gold.reporting_customer_stats where churn_risk = 'HIGH'"
        ),
        "predicted_orders_90d": EXPECTED,
        "ltv_predicted": WORTH,
    },
    "experiment_health": {
        "number_of_bandits": "sum(number_of_bandits) from curated.dim_projects",
        "actual_bandits": "count(*) from curated.dim_bandits",
        "bandits_seen": f"count(distinct bandit_id) from {SHOWINGS}",
        "impressions": SHOWN,
        "clicks": CLICKED,
        "missing_propensity": f"count(*) from {SHOWINGS} and propensity is null",
        "unknown_bandit_impressions": f"count(*) from {SHOWINGS} and is_unknown_bandit",
        "retired_impressions": (
            "count(*) from curated.fact_bandit_impressions"
            " inner join curated.dim_bandits using (bandit_id)"
            " where shown_at > ended_at"
        ),
        "future_impressions": f"count(*) from {SHOWINGS} and is_future",
        "bandits_in_several_projects": (
            "count(*) from curated.dim_bandits where is_in_several_projects"
        ),
        "implausible_arms": (
            "count(*) from gold.bandit_posteriors"
            " where ci_high < 0.0001 or ci_low > 0.5"
        ),
        "clicks_over_equal_allocation": f"sum(gained) from {EQUAL_SHARES}",
    },
    "product_category_performance": {
        "revenue": REVENUE,
        "refunds": REFUNDED,
        "net_revenue": NET,
        "units": UNITS,
    },
    "reporting_customer_stats": {
        "total_spend": SPENT,
        "refunds": GIVEN_BACK,
        "orders_count": COUNTED,
        "frequency": COUNTED,
        "monetary": SPENT,
        "predicted_orders_90d": EXPECTED,
        "ltv_predicted": WORTH,
    },
    "reporting_sales_wide": {
        "quantity": f"sum(quantity) from {LINES}",
        "gross_amount": f"sum(gross_amount) from {LINES}",
        "discount_amount": f"sum(discount_amount) from {LINES}",
        "line_total": f"sum(line_total) from {LINES}",
        "sales_amount": f"sum(sales_amount) from {ORDERS}",
        "refund_amount": REFUNDED,
        "total_amount_allocated": (
            "sum(total_amount) from curated.fact_orders where not is_deleted"
        ),
        "payment_amount_allocated": f"sum(payment_amount) from {PAYMENTS}",
    },
    "sales_summary_daily": {
        "total_orders": f"count(*) from {ORDERS}",
        "cancelled_orders": (
            "count(*) from curated.fact_orders where not is_revenue and not is_deleted"
        ),
        "units": UNITS,
        "gross": f"sum(gross_amount) from {SOLD}",
        "discounts": f"sum(discount_amount) from {SOLD}",
        "total_sales": f"sum(sales_amount) from {ORDERS}",
        "refunds": REFUNDED,
        "net_sales": NET,
        "collected": f"sum(payment_amount) from {PAYMENTS}",
        "cancelled_refunds": (
            "sum(refund_amount) from curated.fact_refunds"
            " where not is_revenue and not is_deleted"
        ),
    },
    "top_customers": {"total_spent": SPENT, "num_orders": COUNTED},
    "top_products": {"revenue": REVENUE, "units": UNITS},
}
BUYERS = f"""
    (
        select customer_key, date_trunc('month', min(order_date)) as cohort
        from {CUSTOMERS}
        group by customer_key
    ) as buyers
"""
COHORTS = f"""
    (
        select distinct cohort, date_trunc('month', order_date) as activity
        from {BUYERS}
        inner join curated.fact_orders using (customer_key)
        where is_revenue and not is_return_only and not is_deleted
    ) as months
"""
UNTIL = """
    curated.dim_timeframe as days
    inner join curated.fact_bandit_impressions as showings
        on days."date" >= showings.shown_date
    where not showings.is_deleted
    group by project_id, days."date"
"""
PROJECTS = "project_id, 1 from curated.dim_projects"
PROJECT_DAYS = 'project_id, "date", 1 from curated.dim_projects, curated.dim_timeframe'
JUDGED = "from gold.recommendation_model_quality"
# For each value of the keys that may not be summed over.
PARTIAL_TOTALS = {
    "bandit_daily": {
        "n": f'project_id, days."date", count(*) from {UNTIL}',
        "number_of_success": (
            'project_id, days."date", sum(case when is_clicked then 1 else 0 end)'
            f" from {UNTIL}"
        ),
        "number_of_failures": (
            'project_id, days."date", sum(case when is_clicked then 0 else 1 end)'
            f" from {UNTIL}"
        ),
        "prob_best": PROJECT_DAYS,
        "next_weight": PROJECT_DAYS,
    },
    "bandit_next_allocation": {"prob_best": PROJECTS, "next_weight": PROJECTS},
    "bandit_posteriors": {"prob_best": PROJECTS, "next_weight": PROJECTS},
    "customer_cohorts": {
        "active_customers": (
            "cast(date_trunc('month', order_date) as date),"
            f" count(distinct customer_key) from {CUSTOMERS} group by 1"
        ),
        "cohort_customers": (
            "cast(activity as date), count(distinct customer_key)"
            f" from {COHORTS} inner join {BUYERS} using (cohort) group by 1"
        ),
    },
    "recommendation_reliability": {
        "rule_count": f"model_name, rule_count {JUDGED}",
        "case_count": f"model_name, case_count {JUDGED}",
        "bought_count": f"model_name, bought_count {JUDGED}",
    },
}

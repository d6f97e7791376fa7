"""Whether two warehouses built from one delivery say the same."""

from dataclasses import dataclass

from proving.asking import Query
from proving.comparison import contents
from proving.warehouses import Warehouse

# Figure to the query that gives it, the same in both warehouses.
FIGURES = {
    "orders": "select count(*) from curated.fact_orders",
    "order lines": "select count(*) from gold.reporting_sales_wide",
    "gross sales": "select sum(gross) from gold.sales_summary_daily",
    "net sales": "select sum(net_sales) from gold.sales_summary_daily",
    "collected": "select sum(collected) from gold.sales_summary_daily",
    "order totals allocated to lines": "select sum(total_amount_allocated)"
    " from gold.reporting_sales_wide",
    "payments allocated to lines": "select sum(payment_amount_allocated)"
    " from gold.reporting_sales_wide",
    "refunds on lines": "select sum(refund_amount) from gold.reporting_sales_wide",
    "baskets with the most frequent pair": "select max(count_ab)"
    " from gold.bundle_rules where antecedents not like '%,%'"
    " and consequents not like '%,%'",
    "rules between two products": "select count(*) from gold.bundle_rules"
    " where antecedents not like '%,%' and consequents not like '%,%'",
}

# Table to the columns that must be equal row for row.
TABLES = {
    "sales_summary_daily": "date, total_orders, cancelled_orders, unique_customers,"
    " units, gross, discounts, total_sales, refunds, net_sales, collected",
    "top_products": "product_sku, revenue, units, orders_count, revenue_rank",
    "category_revenue": "category, total_revenue, units, orders_count",
    "product_category_performance": "category, sub_category, revenue, refunds, units",
    "top_customers": "customer_id, total_spent, num_orders, spend_rank",
    "customer_cohorts": "cohort_month, activity_month, active_customers, revenue",
    "reporting_customer_stats": "customer_id, first_order, last_order, total_spend,"
    " refunds, orders_count, rfm_segment, churn_risk",
    "bandit_posteriors": "project_id, bandit_id, n, number_of_success",
    "bandit_daily": "project_id, bandit_id, date, n, number_of_success",
    "experiment_health": "project_id, impressions, clicks, customers_in_several_arms",
}


@dataclass(frozen=True)
class Comparison:
    """One thing that both warehouses were asked, as text."""

    subject: str
    by_dbt: str
    by_hand: str

    @property
    def agrees(self) -> bool:
        """Whether the two said the same."""
        return self.by_dbt == self.by_hand


def _figures(query: Query) -> dict[str, str]:
    answers = {figure: query(text)[0][0] for figure, text in FIGURES.items()}
    return {figure: f"{answer or 0:,.2f}" for figure, answer in answers.items()}


def _rows_that_differ(left: Query, right: Query, table: str, columns: str) -> int:
    one, other = (
        contents(query, f"gold.{table}", columns.split(", ")) for query in (left, right)
    )
    return (one - other).total() + (other - one).total()


def compare(by_dbt: Warehouse, by_hand: Warehouse) -> list[Comparison]:
    """Compare figures and whole tables of the two warehouses."""
    with by_dbt.asking() as left, by_hand.asking() as right:
        one, other = _figures(left), _figures(right)
        found = [Comparison(name, one[name], other[name]) for name in FIGURES]
        for table, columns in TABLES.items():
            count = _rows_that_differ(left, right, table, columns)
            found.append(Comparison(f"{table}: rows that differ", str(count), "0"))
    return found

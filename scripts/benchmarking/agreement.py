"""Whether two warehouses built from one delivery say the same."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

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


def _figures(warehouse: Path) -> dict[str, str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        answers = {
            figure: connection.execute(query).fetchone()
            for figure, query in FIGURES.items()
        }
    return {
        figure: f"{(row[0] if row else None) or 0:,.2f}"
        for figure, row in answers.items()
    }


def _rows_that_differ(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str
) -> int:
    def rows(catalog: str) -> str:
        return f"select {columns} from {catalog}.gold.{table}"

    difference = f"""
        select count(*) from (
            (({rows("by_dbt")}) except all ({rows("by_hand")}))
            union all
            (({rows("by_hand")}) except all ({rows("by_dbt")}))
        )
    """
    row = connection.execute(difference).fetchone()
    return row[0] if row else 0


def compare(by_dbt: Path, by_hand: Path) -> list[Comparison]:
    """Compare figures and whole tables of the two warehouse files."""
    left, right = _figures(by_dbt), _figures(by_hand)
    found = [Comparison(name, left[name], right[name]) for name in FIGURES]
    with duckdb.connect() as connection:
        for name, file in (("by_dbt", by_dbt), ("by_hand", by_hand)):
            path = str(file).replace("'", "''")
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for table, columns in TABLES.items():
            count = _rows_that_differ(connection, table, columns)
            found.append(Comparison(f"{table}: rows that differ", str(count), "0"))
    return found

"""Each metric in SQL by hand, over other tables than those it is defined on."""

from dataclasses import dataclass
from typing import Any

from shop import Shop


@dataclass(frozen=True)
class Handwritten:
    """A figure over a source, by what can be asked for: MetricFlow's name, and SQL."""

    figure: str
    source: str
    by: dict[str, str]

    def figures(self, shop: Shop, by: str | None = None) -> dict[Any, Any]:
        """The figures by the values of `by`; of everything by None."""
        if by is None:
            return {None: shop.value(f"select {self.figure} from {self.source}")}
        rows = shop.rows(
            f"select {self.by[by]}, {self.figure} from {self.source} group by 1"
        )
        return dict(rows)


def month(column: str) -> dict[str, str]:
    """Group by the month of a day."""
    return {"metric_time__month": f"date_trunc('month', cast({column} as timestamp))"}


ORDERS = """
    curated.fact_orders
    where is_revenue and not is_return_only and not is_deleted
"""
BASKETS = f"{ORDERS} and line_count > 0"
BY_ORDER = month("order_date") | {"order_line__channel": "channel"}
LINES = """
    curated.fact_order_lines as lines
    inner join curated.dim_products as products
        on lines.product_key = products.product_key
    left join curated.fact_orders as orders
        on lines.order_id = orders.order_id and not orders.is_deleted
    left join curated.dim_customers as customers
        on orders.customer_key = customers.customer_key and not customers.is_unknown
    left join (
        select order_line_id, sum(refund_amount) as refunded
        from curated.fact_refunds
        where is_revenue and not is_deleted
        group by order_line_id
    ) as refunds
        on lines.order_line_id = refunds.order_line_id
    where not lines.is_deleted
"""
BY_LINE = month("lines.order_date") | {
    "order_line__channel": "orders.channel",
    "order_line__category": "products.category",
    "customer__segment": "customers.customer_segment",
}
SOLD = f"{LINES} and lines.is_sale"
DAYS = """
    (
        select order_date as event_date, line_total as sold, 0 as refunded
        from curated.fact_order_lines
        where is_sale and not is_deleted
        union all
        select refund_date, 0, refund_amount
        from curated.fact_refunds
        where is_revenue and not is_deleted
    ) as events
    where event_date is not null
"""
BUYERS = """
    (
        select
            customer_key,
            min(order_date) as first_order,
            max(order_date) as last_order,
            count(*) as orders_count
        from curated.fact_orders
        where
            is_revenue and not is_return_only and not is_deleted
            and order_date is not null and customer_key != '-1'
        group by customer_key
    ) as buyers
    inner join curated.dim_customers as customers
        on buyers.customer_key = customers.customer_key
    left join intermediate.int_customer_predictions as predictions
        on
            buyers.customer_key = predictions.customer_key
            and predictions.fit_period = 'all'
    cross join (
        select max(order_date) as today from curated.fact_orders where not is_deleted
    ) as calendar
"""
BY_BUYER = month("buyers.first_order") | {
    "customer__segment": "customers.customer_segment"
}
SHOWINGS = """
    curated.fact_bandit_impressions as showings
    inner join curated.dim_bandits as bandits
        on
            showings.project_id = bandits.project_id
            and showings.bandit_id = bandits.bandit_id
    left join curated.dim_projects as projects
        on showings.project_id = projects.project_id
    where not showings.is_deleted
"""
BY_SHOWING = month("showings.shown_date") | {
    "project__project_name": "projects.project_name",
    "bandit": "showings.bandit_id",
}
LONG_SILENT = """
    today - last_order > 90
    and (orders_count = 1
        or today - last_order > 4.0 * (last_order - first_order) / (orders_count - 1))
"""
HANDWRITTEN = {
    "revenue": Handwritten("sum(sales_amount)", BASKETS, BY_ORDER),
    "orders": Handwritten("count(*)", BASKETS, BY_ORDER),
    "average_order_value": Handwritten("avg(sales_amount)", BASKETS, BY_ORDER),
    "active_customers": Handwritten("count(distinct customer_id)", BASKETS, BY_ORDER),
    "gross_revenue": Handwritten("sum(lines.gross_amount)", SOLD, BY_LINE),
    "discounts": Handwritten("sum(lines.discount_amount)", SOLD, BY_LINE),
    "discount_rate": Handwritten(
        "1 - sum(lines.line_total) / cast(sum(lines.gross_amount) as double precision)",
        SOLD,
        BY_LINE,
    ),
    "units": Handwritten("sum(lines.quantity)", SOLD, BY_LINE),
    "units_per_order": Handwritten(
        "sum(lines.quantity)"
        " / cast(count(distinct lines.order_id) as double precision)",
        SOLD,
        BY_LINE,
    ),
    "line_refunds": Handwritten("sum(coalesce(refunded, 0))", LINES, BY_LINE),
    "net_revenue": Handwritten(
        "sum(case when lines.is_sale then lines.line_total else 0 end"
        " - coalesce(refunded, 0))",
        LINES,
        BY_LINE,
    ),
    "refund_rate": Handwritten(
        "cast(sum(refunded) as double precision)"
        " / nullif(sum(case when lines.is_sale then lines.line_total end), 0)",
        LINES,
        BY_LINE,
    ),
    "active_customers_28d": Handwritten(
        "count(distinct customer_id)",
        """
        curated.dim_timeframe as days
        inner join curated.fact_orders as orders
            on days."date" - orders.order_date between 0 and 27
        where
            is_revenue and not is_return_only and not is_deleted and line_count > 0
        """,
        {"metric_time__day": 'days."date"'},
    ),
    "total_sales": Handwritten("sum(sold)", DAYS, month("event_date")),
    "refunds": Handwritten("sum(refunded)", DAYS, month("event_date")),
    "net_sales": Handwritten("sum(sold - refunded)", DAYS, month("event_date")),
    "collected": Handwritten(
        "sum(payment_amount)",
        """
        curated.fact_payments
        where is_collected and not is_deleted and payment_date is not null
        """,
        month("payment_date"),
    ),
    "total_orders": Handwritten(
        "count(*)", f"{ORDERS} and order_date is not null", month("order_date")
    ),
    "cancelled_orders": Handwritten(
        "count(*)",
        """
        curated.fact_orders
        where not is_revenue and not is_deleted and order_date is not null
        """,
        month("order_date"),
    ),
    "cancellation_rate": Handwritten(
        "avg(case when is_revenue then 0.0 else 1.0 end)",
        """
        curated.fact_orders
        where
            not (is_revenue and is_return_only) and not is_deleted
            and order_date is not null
        """,
        month("order_date"),
    ),
    "new_customers": Handwritten("count(*)", BUYERS, BY_BUYER),
    "repeat_customers": Handwritten(
        "sum(case when orders_count > 1 then 1 else 0 end)", BUYERS, BY_BUYER
    ),
    "repeat_purchase_rate": Handwritten(
        "avg(case when orders_count > 1 then 1.0 else 0.0 end)", BUYERS, BY_BUYER
    ),
    "high_churn_risk_customers": Handwritten(
        f"sum(case when {LONG_SILENT} then 1 else 0 end)", BUYERS, BY_BUYER
    ),
    "ltv_predicted": Handwritten(
        "sum(predicted_value_orders * predicted_order_value)", BUYERS, BY_BUYER
    ),
    "impressions": Handwritten("count(*)", SHOWINGS, BY_SHOWING),
    "clicks": Handwritten(
        "sum(case when is_clicked then 1 else 0 end)", SHOWINGS, BY_SHOWING
    ),
    "click_through_rate": Handwritten(
        "avg(case when is_clicked then 1.0 else 0.0 end)", SHOWINGS, BY_SHOWING
    ),
}

"""The true totals, in integer cents, as `gold.sales_summary_daily` defines them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from generator.streams import Ints
from generator.web import CANCELLED, SUCCESS

MONEY = (
    "gross",
    "discounts",
    "total_sales",
    "refunds",
    "net_sales",
    "collected",
)
COUNTS = ("total_orders", "cancelled_orders", "units")


def true_totals(tables: Mapping[str, Sequence[pd.DataFrame]]) -> list[tuple[str, str]]:
    """Add up what the shop really sold, gave back and took in.

    Parameters
    ----------
    tables
        Per feed, the frames whose rows count: the clean one and the kept dirty ones.
        Feeds may be missing.

    Returns
    -------
    list of tuple
        Measure and amount, money with two decimals.
    """
    web, till = _web_totals(tables), _till_totals(tables)
    sums = {name: web.get(name, 0) + till.get(name, 0) for name in {*web, *till}}
    sums["total_sales"] = sums.get("gross", 0) - sums.get("discounts", 0)
    sums["net_sales"] = sums["total_sales"] - sums.get("refunds", 0)
    money = [(name, _signed(sums.get(name, 0))) for name in MONEY]
    return money + [(name, str(sums.get(name, 0))) for name in COUNTS]


def _signed(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _column(frames: Sequence[pd.DataFrame], name: str) -> Ints:
    return np.concatenate([frame[name].to_numpy() for frame in frames]).astype(np.int64)


def _largest(*columns: Ints) -> int:
    return max((int(column.max()) for column in columns if len(column)), default=0)


def _web_totals(tables: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, int]:
    if "orders" not in tables:
        return {}
    numbers = _column(tables["orders"], "number")
    cancelled = _column(tables["orders"], "status") == CANCELLED
    lines = tables["order_lines"]
    order = _column(lines, "order_number")
    # Neither where the order has not come: then its lines are no revenue yet.
    is_revenue, is_cancelled = np.zeros(
        (2, _largest(numbers, order) + 1), dtype=np.bool_
    )
    is_revenue[numbers], is_cancelled[numbers] = ~cancelled, cancelled
    sold = is_revenue[order]
    quantity = _column(lines, "quantity") * sold
    paid = _column(tables["payments"], "status") == SUCCESS
    line, refunded = (_column(tables["refunds"], c) for c in ("line_number", "amount"))
    # A refund counts unless its order is known not to be revenue.
    numbers_of_lines = _column(lines, "number")
    undone = np.zeros(_largest(numbers_of_lines, line) + 1, dtype=np.bool_)
    undone[numbers_of_lines] = is_cancelled[order]
    return {
        "gross": int((quantity * _column(lines, "price")).sum()),
        "discounts": int((_column(lines, "discount") * sold).sum()),
        "refunds": int((refunded * ~undone[line]).sum()),
        "collected": int((_column(tables["payments"], "amount") * paid).sum()),
        "total_orders": int((~cancelled).sum()),
        "cancelled_orders": int(cancelled.sum()),
        "units": int(quantity.sum()),
    }


def _till_totals(tables: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, int]:
    if "transactions" not in tables:
        return {}
    numbers = _column(tables["transactions"], "number")
    receipt = _column(tables["sales"], "transaction_number")
    is_known, has_line, has_sale = np.zeros(
        (3, _largest(numbers, receipt) + 1), dtype=np.bool_
    )
    is_known[numbers], has_line[receipt] = True, True
    # A line whose receipt has not come has no day, and counts on none.
    quantity = _column(tables["sales"], "quantity") * is_known[receipt]
    total = _column(tables["sales"], "total")
    has_sale[receipt[quantity > 0]] = True
    # A receipt of which only returns have come is no order.
    is_order = has_sale | ~has_line
    return {
        "gross": int(total[quantity > 0].sum()),
        "refunds": -int(total[quantity < 0].sum()),
        "collected": int(_column(tables["transactions"], "amount").sum()),
        "total_orders": int(is_order[numbers].sum()),
        "units": int(quantity[quantity > 0].sum()),
    }

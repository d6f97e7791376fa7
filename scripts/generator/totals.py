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


def _web_totals(tables: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, int]:
    if "orders" not in tables:
        return {}
    numbers = _column(tables["orders"], "number")
    cancelled = _column(tables["orders"], "status") == CANCELLED
    is_revenue = np.zeros(int(numbers.max()) + 1, dtype=np.bool_)
    is_revenue[numbers] = ~cancelled
    lines = tables["order_lines"]
    sold = is_revenue[_column(lines, "order_number")]
    quantity = _column(lines, "quantity") * sold
    paid = _column(tables["payments"], "status") == SUCCESS
    return {
        "gross": int((quantity * _column(lines, "price")).sum()),
        "discounts": int((_column(lines, "discount") * sold).sum()),
        "refunds": int(_column(tables["refunds"], "amount").sum()),
        "collected": int((_column(tables["payments"], "amount") * paid).sum()),
        "total_orders": int((~cancelled).sum()),
        "cancelled_orders": int(cancelled.sum()),
        "units": int(quantity.sum()),
    }


def _till_totals(tables: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, int]:
    if "transactions" not in tables:
        return {}
    quantity = _column(tables["sales"], "quantity")
    total = _column(tables["sales"], "total")
    return {
        "gross": int(total[quantity > 0].sum()),
        "refunds": -int(total[quantity < 0].sum()),
        "collected": int(_column(tables["transactions"], "amount").sum()),
        "total_orders": len(_column(tables["transactions"], "number")),
        "units": int(quantity[quantity > 0].sum()),
    }

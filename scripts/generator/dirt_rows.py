"""Single dirty rows: exact repeats, older wrong versions, and malformed rows."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from generator.layouts import Batch
from generator.maker import Maker, Recipe
from generator.streams import some
from generator.web import FAILED, PENDING, pick_cancelled

FEEDS = (
    "orders",
    "order_lines",
    "payments",
    "refunds",
    "transactions",
    "sales",
    "customers",
    "products",
    "timeframe",
    "users",
    "projects",
    "bandits",
    "bandit_transactions",
)


def _repeat(feed: str, maker: Maker, count: int) -> list[Batch]:
    frame = maker.sample(feed, count)
    return [Batch(feed, frame, kind="duplicated", detail="exact copy of a clean row")]


def _corrected(
    feed: str, frame: pd.DataFrame, overrides: dict[str, str], detail: str
) -> list[Batch]:
    return [
        Batch(feed, frame, overrides, "corrected", "duplicate_key", f"older, {detail}")
    ]


def _versions(maker: Maker, feed: str, count: int) -> pd.DataFrame:
    """Take rows changed since the window opened, each once, as of an earlier time."""
    clean, rng = maker.world.clean[feed], maker.rng
    opened = maker.world.days.first_second
    changed = np.flatnonzero(clean["updated"].to_numpy() > opened)
    frame = clean.iloc[some(rng, changed, count)].reset_index(drop=True)
    return frame.assign(updated=rng.integers(opened, frame["updated"].to_numpy()))


def _correct_customers(maker: Maker, count: int) -> list[Batch]:
    frame = _versions(maker, "customers", count)
    return _corrected(
        "customers", frame, {"city": "'Nowhere'"}, "wrong version: city 'Nowhere'"
    )


def _correct_products(maker: Maker, count: int) -> list[Batch]:
    frame = _versions(maker, "products", count)
    frame["price"] += 1_000
    return _corrected("products", frame, {}, "wrong version: price 10.00 higher")


def _correct_orders(maker: Maker, count: int) -> list[Batch]:
    clean = maker.world.clean["orders"]
    changed = np.flatnonzero((clean["updated"] > clean["ts"]).to_numpy())
    frame = clean.iloc[some(maker.rng, changed, count)].reset_index(drop=True)
    frame = frame.assign(
        updated=frame["ts"], total=frame["total"] + 1_000, status=PENDING
    )
    return _corrected("orders", frame, {}, "wrong version: PENDING, total 10.00 higher")


def _strange_rows(maker: Maker, feed: str, count: int) -> pd.DataFrame:
    """Rows with new keys that no total counts, whether or not they are rejected."""
    frame = maker.sample(feed, count)
    frame["number"] = maker.new_numbers(feed, count)
    if feed in {"order_lines", "payments"}:
        orders = maker.world.clean["orders"]
        frame["order_number"] = pick_cancelled(orders, maker.rng, count)
    if feed == "payments":
        frame["status"] = FAILED
    return frame


# Lines of a till that has no cancelled receipts hang on receipts nobody knows.
STRANGE_REFERENCE = {"sales": {"transaction_id": "printf('TX%06d', number)"}}


def _malform(
    feed: str, rule: str, overrides: dict[str, str], maker: Maker, count: int
) -> list[Batch]:
    frame = _strange_rows(maker, feed, count)
    broken = ", ".join(f"{name} {sql}" for name, sql in overrides.items())
    overrides = {**STRANGE_REFERENCE.get(feed, {}), **overrides}
    detail = broken.replace("null", "empty")
    return [Batch(feed, frame, overrides, "malformed", rule, detail)]


def _pay_twice(maker: Maker, count: int) -> list[Batch]:
    """Two failed payments under one new key, for different amounts."""
    first = _strange_rows(maker, "payments", count)
    second = first.assign(amount=first["amount"] + 100)
    detail = "one of two failed payments with one key"
    return [
        Batch("payments", first, {}, "malformed", "", f"{detail}; either may win"),
        Batch("payments", second, {}, "malformed", "duplicate_key", detail),
    ]


AMOUNT, QUANTITY = "'12,5O'", "'two'"
NO_DAY, FAR_DAY, OLD_DAY = (
    "'2025-02-30 10:15:00'",
    "'2999-01-01 00:00:00'",
    "'1888-01-01 00:00:00'",
)
KEYS = {
    "orders": "order_id",
    "order_lines": "order_line_id",
    "payments": "payment_id",
    "refunds": "refund_id",
    "transactions": "transaction_id",
    "sales": "sale_id",
    "customers": "customer_id",
    "products": "product_sku",
    "users": "customer_id",
    "bandit_transactions": "transaction_id",
}
BROKEN_COLUMNS = (
    ("orders", "unparsable_amount", {"total_amount": AMOUNT}),
    ("orders", "unparsable_date", {"order_date": NO_DAY}),
    ("orders", "future_date", {"order_date": FAR_DAY}),
    ("orders", "impossible_date", {"order_date": OLD_DAY}),
    ("order_lines", "unparsable_amount", {"unit_price": AMOUNT}),
    ("order_lines", "unparsable_quantity", {"quantity": QUANTITY}),
    ("order_lines", "zero_quantity", {"quantity": "'0'"}),
    ("order_lines", "negative_quantity", {"quantity": "'-1'"}),
    ("order_lines", "negative_price", {"unit_price": "'-9.99'"}),
    ("order_lines", "missing_reference", {"order_id": "null"}),
    ("payments", "unparsable_amount", {"payment_amount": AMOUNT}),
    ("payments", "unparsable_date", {"payment_date": NO_DAY}),
    ("payments", "future_date", {"payment_date": FAR_DAY}),
    ("refunds", "unparsable_amount", {"refund_amount": AMOUNT}),
    ("refunds", "unparsable_date", {"refund_date": NO_DAY}),
    ("transactions", "unparsable_amount", {"transaction_amount": AMOUNT}),
    ("transactions", "missing_reference", {"time_id": "null"}),
    ("sales", "unparsable_quantity", {"quantity": QUANTITY}),
    ("sales", "zero_quantity", {"quantity": "'0'", "line_total": "'0.00'"}),
    ("sales", "negative_price", {"unit_price": "'-9.99'"}),
    ("sales", "missing_reference", {"transaction_id": "null"}),
    ("products", "unparsable_amount", {"price": AMOUNT}),
    ("bandit_transactions", "unparsable_date", {"timestamp": NO_DAY}),
    ("bandit_transactions", "future_date", {"timestamp": FAR_DAY}),
)


def _row_recipe(
    name: str,
    kind: str,
    feeds: tuple[str, ...],
    make: Callable[[Maker, int], list[Batch]],
    rows: int = 1,
) -> Recipe:
    return Recipe(f"{kind}/{name}", kind, feeds, rows, make)


ROW_RECIPES = [
    _row_recipe("products", "corrected", ("products",), _correct_products),
    _row_recipe("customers", "corrected", ("customers",), _correct_customers),
    _row_recipe("orders", "corrected", ("orders",), _correct_orders),
    *(
        _row_recipe(
            f"{feed}/{rule}",
            "malformed",
            (feed,),
            partial(_malform, feed, rule, broken),
        )
        for feed, rule, broken in BROKEN_COLUMNS
    ),
    *(
        _row_recipe(
            f"{feed}/null_key",
            "malformed",
            (feed,),
            partial(_malform, feed, "null_key", {key: "null"}),
        )
        for feed, key in KEYS.items()
    ),
    _row_recipe("payments/twice", "malformed", ("payments",), _pay_twice, rows=2),
    *(
        _row_recipe(feed, "duplicated", (feed,), partial(_repeat, feed))
        for feed in FEEDS
    ),
]

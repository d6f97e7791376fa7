"""Whatever is delivered, and however it is cut into builds, the tables end the same.

Raise CLUSTR_ANY_DELIVERIES, the number of examples, to search for longer.
"""

import os
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from shop import FEEDS
from state import WatchedShop, differences, feed, state
from test_deliveries import FAILURES

EXAMPLES = int(os.environ.get("CLUSTR_ANY_DELIVERIES", "2"))
DAYS = st.sampled_from(["2025-03-01", "2025-03-02", "2025-01-20"])
STAMPS = st.sampled_from(["2025-02-01", "2025-02-02", "2025-03-02", "2025-03-05"])
AMOUNTS = st.sampled_from(["4.00", "10.00", "12.50", "x"])
COUNTS = st.sampled_from(["1", "2", "3", "0", "1.5"])


def keys(prefix: str, count: int, *others: str) -> st.SearchStrategy[str]:
    """A key of a few, so that rows are repeated, corrected and moved about."""
    return st.sampled_from([f"{prefix}{n}" for n in range(1, count + 1)] + list(others))


CUSTOMERS = keys("C", 3)
PRODUCTS = keys("P", 2)
ORDERS = keys("O", 4)
LINES = keys("L", 5)
RECEIPTS = keys("T", 2)
# Rows of each feed that matters, by its columns; what is not named is empty.
ROWS = {
    "customers": {
        "customer_id": CUSTOMERS,
        "first_name": st.sampled_from(["Ann", "Bob"]),
        "customer_segment": st.sampled_from(["Gold", "Basic"]),
        "updated_at": STAMPS,
    },
    "users": {"customer_id": CUSTOMERS, "name": st.sampled_from(["ann", "bob"])},
    "products": {
        "product_sku": PRODUCTS,
        "category": st.sampled_from(["Kitchen", "Bar"]),
        "price": AMOUNTS,
        "updated_at": STAMPS,
    },
    "orders": {
        "order_id": ORDERS | st.just(""),
        "customer_id": CUSTOMERS | st.just(""),
        "order_date": DAYS,
        "total_amount": AMOUNTS,
        "status": st.sampled_from(["PAID", "PAID", "CANCELLED"]),
        "updated_at": STAMPS,
    },
    "order_lines": {
        "order_line_id": LINES,
        "order_id": ORDERS,
        "product_sku": PRODUCTS,
        "quantity": COUNTS,
        "unit_price": AMOUNTS,
    },
    "payments": {
        "payment_id": keys("Y", 3),
        "order_id": ORDERS,
        "payment_date": DAYS,
        "payment_method": st.sampled_from(["CARD", "CASH"]),
        "payment_status": st.sampled_from(["SUCCESS", "SUCCESS", "FAILED"]),
        "payment_amount": AMOUNTS,
    },
    "refunds": {
        "refund_id": keys("R", 2),
        "order_line_id": LINES,
        "refund_date": DAYS,
        "refund_amount": AMOUNTS,
    },
    "timeframe": {"time_id": keys("D", 2), "date": DAYS},
    "transactions": {
        "transaction_id": RECEIPTS,
        "customer_id": CUSTOMERS,
        "time_id": keys("D", 2),
        "transaction_amount": AMOUNTS,
        "payment_type": st.just("CASH"),
    },
    "sales": {
        "sale_id": keys("S", 3),
        "transaction_id": RECEIPTS,
        "product_sku": PRODUCTS,
        "quantity": st.sampled_from(["1", "2", "-1"]),
        "unit_price": AMOUNTS,
        "line_total": AMOUNTS,
    },
    "bandits": {
        "bandit_id": keys("B", 2),
        "project_id": st.just("J1"),
        "bandit_name": st.sampled_from(["red", "blue"]),
    },
    "bandit_transactions": {
        "transaction_id": keys("I", 2),
        "customer_id": CUSTOMERS,
        "project_id": st.just("J1"),
        "bandit_id": keys("B", 2),
        "timestamp": DAYS,
        "clicked": st.sampled_from(["0", "1"]),
    },
}


@st.composite
def feed_files(draw: st.DrawFn, name: str) -> str:
    """Text of a file of a feed, with up to six rows."""
    row = st.fixed_dictionaries(
        {column: ROWS[name].get(column, st.just("")) for column in FEEDS[name].columns}
    )
    rows = draw(st.lists(row, min_size=1, max_size=6))
    return feed(name, *(",".join(row.values()) for row in rows))


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[dict[str, str], list[str], bool]:
    """Files by feed, the feeds that are complete, and whether a build comes next."""
    names = draw(st.lists(st.sampled_from(list(ROWS)), min_size=3, unique=True))
    files = {name: draw(feed_files(name)) for name in names}
    complete = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    return files, complete, draw(st.booleans())


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(days=st.lists(deliveries(), min_size=3, max_size=5))
def test_any_deliveries_in_any_builds_end_in_the_same_tables(
    watched_shop: tuple[WatchedShop, Path],
    days: list[tuple[dict[str, str], list[str], bool]],
) -> None:
    shop, day_one = watched_shop
    shop.go_back(day_one)
    for files, complete, _ in days:
        note(f"complete {complete} of {files}")
        shop.deliver(*complete, **files)
    shop.build()
    at_once = state(shop, own_times=False)
    assert shop.rows(FAILURES) == []
    shop.go_back(day_one)
    for files, complete, build_now in days:
        shop.deliver(*complete, **files)
        if build_now:
            shop.build()
            assert shop.rows(FAILURES) == []
    shop.build()
    assert differences(at_once, state(shop, own_times=False)) == []

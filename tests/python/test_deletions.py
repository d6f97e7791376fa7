"""Rows that a complete delivery lacks: gone from gold, kept and flagged in curated."""

from pathlib import Path

import pytest

from shop import FEEDS
from state import State, WatchedShop, differences, feed, gold_of, state, written
from test_deliveries import DAY_ONE, FAILURES

# A second line of O3, to be deleted from an order that stays.
MORE = {"order_lines": feed("order_lines", "L5,O3,P1,1,4.00,0.00")}
# O1 with its lines, payments and refund is gone, and L5, C2 and P2.
COMPLETE = {
    "customers": feed(
        "customers", "C1,Ann,Lee,,,,ann@example.com,,,,,,,Gold,2025-01-01"
    ),
    "products": feed("products", "P1,Cup,Kitchen,Cups,,4.00,,2025-01-01"),
    "orders": feed(
        "orders",
        "O2,C2,2025-03-03,WEB,8.00,CANCELLED,2025-03-03",
        "O3,C9,2025-03-03,app,4.00,PAID,2025-03-03",
    ),
    "order_lines": feed("order_lines", "L3,O2,P1,2,4.00,0.00", "L4,O3,P9,1,4.00,0.00"),
    "payments": feed("payments", "Y3,O2,2025-03-03,CARD,PENDING,8.00"),
    "refunds": "",
}
TOTALS = """
    select sum(total_orders), cast(sum(total_sales) as varchar),
        cast(sum(collected) as varchar), cast(sum(refunds) as varchar),
        (select count(*) from gold.reporting_sales_wide),
        (select count(*) from gold.reporting_customer_stats)
    from gold.sales_summary_daily
"""
HISTORY = """
    select dbt_valid_to is null, dbt_valid_from < dbt_valid_to,
        dbt_valid_from >= lag(dbt_valid_to) over (order by batch_id)
    from curated.snap_customers where customer_id = 'C2' order by batch_id
"""


@pytest.fixture(scope="module")
def one_build(watched_shop: tuple[WatchedShop, Path]) -> State:
    """What one build makes of all deliveries below."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    shop.deliver(**MORE)
    shop.deliver(*COMPLETE, **COMPLETE)
    shop.deliver(**DAY_ONE)
    shop.deliver(**MORE)
    shop.build()
    return state(shop, own_times=False)


@pytest.fixture(scope="module")
def shop(watched_shop: tuple[WatchedShop, Path], one_build: State) -> WatchedShop:
    """A shop that is built after each delivery, in the order of the tests below."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    shop.deliver(**MORE)
    shop.build()
    return shop


@pytest.fixture(scope="module")
def before(shop: WatchedShop) -> State:
    """What the shop holds before anything is deleted."""
    return state(shop)


def test_a_mass_deletion_is_refused_and_changes_nothing(
    shop: WatchedShop, before: State
) -> None:
    held = shop.content_hashes()
    cut_off = shop.delivery(orders=feed("orders", "O2,C2,2025-03-03,WEB,8.00,PAID,"))
    result = shop.script("land.py", cut_off, "--complete", "orders")
    assert result.returncode == 2
    assert "lacks 2 of the 3 known keys of orders" in result.stderr
    assert shop.content_hashes() == held


def test_totals_drop_by_exactly_what_was_deleted(
    shop: WatchedShop, before: State
) -> None:
    assert shop.rows(TOTALS) == [(2, "32.00", "24.00", "1.50", 5, 2)]
    shop.deliver(*COMPLETE, **COMPLETE)
    shop.build(tests=True)
    assert shop.rows(TOTALS) == [(1, "4.00", "0.00", "0.00", 2, 1)]
    assert shop.rows(FAILURES) == []


def test_deleted_rows_stay_in_curated_and_count_for_nothing(shop: WatchedShop) -> None:
    deleted = {
        "fact_orders": ("order_id", "is_revenue", ["WEB-O1"]),
        "fact_order_lines": (
            "order_line_id",
            "is_sale",
            ["WEB-L1", "WEB-L2", "WEB-L5"],
        ),
        "fact_payments": ("payment_id", "is_collected", ["WEB-Y1", "WEB-Y2"]),
        "fact_refunds": ("refund_id", "is_revenue", ["WEB-R1"]),
        "dim_customers": ("customer_id", "is_unknown", ["C2"]),
        "dim_products": ("product_sku", "is_unknown", ["P2"]),
    }
    for table, (key, flag, keys) in deleted.items():
        assert shop.rows(
            f"select {key}, {flag} from curated.{table} where is_deleted order by 1"
        ) == [(one, False) for one in keys]
    assert shop.rows(
        "select line_count, cast(lines_amount as varchar) from curated.fact_orders"
        " where order_id = 'WEB-O3'"
    ) == [(1, "4.00")]
    assert shop.rows(HISTORY) == [(False, True, None)]


def test_what_is_deleted_already_is_not_deleted_again(shop: WatchedShop) -> None:
    held = shop.content_hashes()
    shop.deliver(*COMPLETE, **COMPLETE)
    shop.build()
    assert written(held, shop.content_hashes()) == set()


def test_redelivered_rows_are_back_exactly_once(
    shop: WatchedShop, before: State
) -> None:
    shop.deliver(**DAY_ONE)
    shop.deliver(**MORE)
    shop.build(tests=True)
    after = state(shop)
    snapshots = {"curated.snap_customers", "curated.snap_products"}
    changed = differences(before, after)
    assert [line for line in changed if line.split()[0] not in snapshots] == []
    assert shop.rows(HISTORY) == [(False, True, None), (True, None, True)]
    assert shop.rows(FAILURES) == []


def test_deliveries_built_one_by_one_equal_one_build(
    shop: WatchedShop, one_build: State
) -> None:
    assert differences(one_build, state(shop, own_times=False)) == []


def test_a_full_refresh_forgets_no_deletion(shop: WatchedShop) -> None:
    shop.deliver("orders", "payments", orders="", payments="")
    shop.build()
    assert shop.rows(TOTALS)[0][:4] == (0, "0.00", "0.00", "1.50")
    assert shop.rows(FAILURES) == []
    held, kept = state(shop), kept_tables(shop)
    shop.build("--full-refresh", tests=True)
    assert differences(held, state(shop)) == []
    assert kept_tables(shop) == kept


def kept_tables(shop: WatchedShop) -> dict[str, str]:
    """Hashes of what no full refresh may touch."""
    return {
        name: content
        for name, content in shop.content_hashes().items()
        if name.startswith(("raw.", "curated.snap_", "audit.rejected_rows"))
    }


def test_gold_of_a_shop_that_deletes_all_is_as_good_as_empty(
    shop: WatchedShop,
) -> None:
    shop.deliver(*FEEDS, **dict.fromkeys(FEEDS, ""))
    shop.build(tests=True)
    left = {name: rows for name, rows in gold_of(state(shop)).items() if rows}
    assert left == {}
    assert shop.rows(FAILURES) == []

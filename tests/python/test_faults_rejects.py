"""Rows that cannot be used, or do not add up: set apart, flagged and settled."""

from pathlib import Path

import pytest

from state import WatchedShop, feed, written
from test_deliveries import FAILURES

DIRT = {
    "orders": feed(
        "orders",
        "O7,C1,2025-03-04,WEB,10.00,PAID,2025-03-04",
        "O8,C1,2025-03-04,WEB,6.00,PAID,2025-03-04",
        "O8,C1,2025-03-04,WEB,6.00,SHIPPED,2025-03-04",
        "O8,C1,2025-03-04,WEB,6.00,PENDING,2025-03-03",
    ),
    "order_lines": feed(
        "order_lines",
        "L30,O1,P1,-1,4.00,0.00",
        "L31,O1,P1,0,4.00,0.00",
        "L32,O1,P1,1,-4.00,0.00",
        '"  ",O1,P1,1,4.00,0.00',
        ",O1,P1,1,4.00,0.00",
        "L33,O7,P1,1,4.00,0.00",
        "L33,O7,P1,1,4.00,0.00",
        "L1,O1,P1,one,4.00,0.00",
    ),
    "payments": feed("payments", "Y7,O7,2025-03-04,CARD,SUCCESS,12.50"),
}
CORRECTIONS = {
    "order_lines": feed(
        "order_lines",
        "L31,O1,P1,1,4.00,0.00",
        "L32,O1,P1,1,4.00,0.00",
        "L1,O1,P1,2,4.00,0.00",
    )
}
REJECTS = """
    select record_key, rule, count(*), count(resolved_at) from audit.rejected_rows
    where source_table = 'order_lines' group by 1, 2 order by 1
"""


@pytest.fixture(scope="module")
def shop(watched_shop: tuple[WatchedShop, Path]) -> WatchedShop:
    """A shop with dirt; the tests below add to it in order."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    shop.deliver(**DIRT)
    shop.build()
    return shop


def test_rows_that_cannot_be_used_are_set_apart_with_the_reason(
    shop: WatchedShop,
) -> None:
    rejects = [
        (key if "no key" not in key else "no key", rule, rows, resolved)
        for key, rule, rows, resolved in shop.rows(REJECTS)
    ]
    assert sorted(rejects) == [
        ("L1", "unparsable_quantity", 1, 0),
        ("L30", "negative_quantity", 1, 0),
        ("L31", "zero_quantity", 1, 0),
        ("L32", "negative_price", 1, 0),
        ("no key", "null_key", 1, 0),
        ("no key", "null_key", 1, 0),
    ]
    # what L1 was before stands, and L33, delivered twice, counts once
    assert shop.rows("""
        select order_line_id, cast(line_total as varchar) from curated.fact_order_lines
        where order_id in ('WEB-O1', 'WEB-O7') order by 1
    """) == [("WEB-L1", "4.00"), ("WEB-L2", "20.00"), ("WEB-L33", "4.00")]
    assert shop.rows(FAILURES) == []


def test_of_conflicting_rows_the_latest_stands_and_all_are_kept(
    shop: WatchedShop,
) -> None:
    (status,) = shop.rows(
        "select status from curated.fact_orders where order_id = 'WEB-O8'"
    )[0]
    assert status in {"PAID", "SHIPPED"}
    assert shop.value("select count(*) from raw.raw_orders where order_id = 'O8'") == 3
    assert shop.rows("""
        select rule, count(*), count(*) filter (where payload like '%PENDING%')
        from audit.rejected_rows where record_key = 'O8' group by 1
    """) == [("duplicate_key", 2, 1)]


def test_what_does_not_add_up_is_kept_and_listed(shop: WatchedShop) -> None:
    assert shop.rows("""
        select cast(total_amount as varchar), cast(lines_amount as varchar),
            cast(amount_gap as varchar)
        from curated.fact_orders where order_id = 'WEB-O7'
    """) == [("10.00", "4.00", "6.00")]
    assert shop.rows("""
        select check_name, cast(gap as varchar) from audit.reconciliation
        where status = 'WARN' and check_name like 'orders: %' order by 1
    """) == [
        ("orders: amount of unknown customers", "4.00"),
        ("orders: amount without lines", "6.00"),
        ("orders: headers that differ from their lines", "12.00"),
        ("orders: paid more than their total", "2.50"),
    ]


def test_the_same_dirt_again_in_another_order_changes_nothing(
    shop: WatchedShop,
) -> None:
    before = shop.content_hashes()
    backwards = {
        name: "\n".join([lines[0], *reversed(lines[1:])])
        for name, text in DIRT.items()
        if (lines := text.splitlines())
    }
    shop.deliver(**backwards)
    shop.build()
    assert written(before, shop.content_hashes()) == set()


def test_corrected_rows_come_in_and_settle_their_rejects(shop: WatchedShop) -> None:
    shop.deliver(**CORRECTIONS)
    # looked at before staging has them
    shop.build("--select", "raw_order_lines", "rejected_rows")
    shop.build()
    resolved = {row[0]: row[3] for row in shop.rows(REJECTS) if "no key" not in row[0]}
    assert shop.rows(
        "select cast(sum(line_total) as varchar) from curated.fact_order_lines"
        " where order_id = 'WEB-O1' and is_sale"
    ) == [("36.00",)]
    assert resolved == {"L1": 1, "L30": 0, "L31": 1, "L32": 1}
    assert shop.rows(FAILURES) == []

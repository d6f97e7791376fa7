"""Late, tied, corrected and missing rows, clocks that run back, builds of a part."""

from pathlib import Path

import pytest

from shop import FEEDS
from state import State, WatchedShop, differences, feed, state, written
from test_deliveries import FAILURES

# Late by 40 days, tied with the newest order in every timestamp, one key with two
# contents, a customer, a product and an order header that have not come yet.
DAY_TWO = {
    "orders": feed(
        "orders",
        "O10,C1,2025-01-22,WEB,4.00,PAID,2025-01-22",
        "O11,C1,2025-03-03,WEB,8.00,PAID,2025-03-03",
        "O12,C2,2025-03-03,WEB,4.00,PAID,2025-03-03",
        "O13,C8,2025-03-03,WEB,6.00,PAID,2025-03-03",
        "O14,C2,2025-03-02,WEB,4.00,PAID,2025-03-04",
        "O14,C2,2025-03-02,WEB,5.00,PAID,2025-03-04",
    ),
    "order_lines": feed(
        "order_lines",
        "L10,O10,P1,1,4.00,0.00",
        "L11,O11,P1,2,4.00,0.00",
        "L12,O12,P1,1,4.00,0.00",
        "L13,O13,P8,1,6.00,0.00",
        "L14,O14,P1,1,4.00,0.00",
        "L20,O20,P2,1,20.00,0.00",
    ),
    "payments": feed(
        "payments",
        "Y11,O11,2025-03-03,CARD,SUCCESS,8.00",
        "Y20,O20,2025-03-03,CASH,SUCCESS,20.00",
    ),
}
# What day two lacked, and an order put two years back.
DAY_THREE = {
    "customers": feed(
        "customers",
        "C8,Eve,Moe,,,,eve@example.com,,,,,,,Gold,2025-03-04",
        "C9,Zoe,Fox,,,,zoe@example.com,,,,,,,Basic,",
    ),
    "products": feed("products", "P8,Jug,Kitchen,Jugs,Acme,6.00,ACTIVE,2025-03-04"),
    "orders": feed(
        "orders",
        "O20,C2,2025-02-10,WEB,20.00,PAID,2025-02-10",
        "O2,C2,2023-03-03,WEB,8.00,PAID,2023-03-03",
    ),
}
# Corrections alone; a line, a payment and a refund move to where they belong.
DAY_FOUR = {
    "customers": feed(
        "customers",
        "C1,Ann,Lee,,,,ann@example.com,,,,,,,Platinum,2025-03-02",
        "C9,Zoe,Fox,,,,zoe@example.com,,,,,,,Gold,",
    ),
    "products": feed("products", "P1,Cup,Bar,Cups,Acme,5.00,ACTIVE,2025-03-02"),
    "orders": feed("orders", "O1,C1,2025-03-01,WEB,44.00,PAID,2025-03-06"),
    "order_lines": feed(
        "order_lines", "L2,O1,P2,2,20.00,0.00", "L3,O11,P1,2,4.00,0.00"
    ),
    "payments": feed("payments", "Y2,O11,2025-03-02,CARD,SUCCESS,24.00"),
    "refunds": feed("refunds", "R1,L2,2025-03-05,1,1.50,chipped"),
}
# A correction that cannot be used, and nothing else.
DAY_FIVE = {"orders": feed("orders", "O12,C2,2025-03-03,WEB,4.xx,PAID,2025-03-07")}
OWN_TIMES = """
    select table_schema, table_name, column_name
    from information_schema.columns join information_schema.tables
        using (table_schema, table_name)
    where table_type = 'BASE TABLE' and column_name in (
        'landed_at', 'ingestion_timestamp', 'start_time', 'end_time',
        'last_processed_timestamp', 'resolved_at'
    )
"""


@pytest.fixture(scope="module")
def one_build(watched_shop: tuple[WatchedShop, Path]) -> State:
    """What one build in eight threads makes of all days, landed one after the other."""
    shop, day_one = watched_shop
    shop.go_back(day_one)
    for day in (DAY_TWO, DAY_THREE, DAY_FOUR, DAY_FIVE):
        shop.deliver(**day)
    shop.build("--threads", "8")
    return state(shop, own_times=False)


@pytest.fixture(scope="module")
def shop(watched_shop: tuple[WatchedShop, Path], one_build: State) -> WatchedShop:
    """A shop that is built each day; the tests below add to it in order.

    Its first day was built with a clock two days ahead: every time that the warehouse
    took from its own clock is moved, since a clock cannot be set back in a test.
    """
    shop, day_one = watched_shop
    shop.go_back(day_one)
    shop.execute(
        *(
            f'update {schema}.{table} set "{column}" = "{column}" + interval \'2 days\''
            for schema, table, column in shop.rows(OWN_TIMES)
        )
    )
    shop.remember_log()
    return shop


def sales_of(shop: WatchedShop, day: str) -> str:
    return str(
        shop.value(
            "select coalesce(max(total_orders || ' for ' || total_sales), 'none')"
            f""" from gold.sales_summary_daily where "date" = '{day}'"""
        )
    )


def test_late_and_tied_orders_count_once_on_their_day(shop: WatchedShop) -> None:
    assert sales_of(shop, "2025-01-22") == "none"
    assert sales_of(shop, "2025-03-03") == "1 for 4.00"
    shop.deliver(**DAY_TWO)
    shop.build()
    assert sales_of(shop, "2025-01-22") == "1 for 4.00"
    assert sales_of(shop, "2025-03-03") == "4 for 22.00"
    # although the clock stands before the times of the first build
    assert shop.rows("""
        select batch_id, start_time > lag(start_time) over (order by batch_id)
        from audit.pipeline_execution_log
        where process_name = 'Load_Facts' and status = 'SUCCESS' order by 1
    """) == [(1, None), (2, False)]


def test_unknown_parents_are_counted_as_gaps(shop: WatchedShop) -> None:
    assert shop.rows("""
        select check_name, cast(actual as varchar) from audit.reconciliation
        where status = 'WARN' and layer_to = 'curated' order by 1
    """) == [
        ("order lines: amount of unknown products", "10.00"),
        ("order lines: amount without an order", "20.00"),
        ("orders: amount of unknown customers", "10.00"),
        ("orders: headers that differ from their lines", "1.00"),
        ("payments: amount without an order", "20.00"),
    ]
    assert shop.rows(FAILURES) == []


def test_a_key_with_two_contents_has_one_of_them(shop: WatchedShop) -> None:
    assert shop.value("select count(*) from raw.raw_orders where order_id = 'O14'") == 2
    assert shop.rows("""
        select cast(total_amount as varchar) from curated.fact_orders
        where order_id = 'WEB-O14'
        union all
        select payload from audit.rejected_rows where rule = 'duplicate_key'
    """)[0] in {("4.00",), ("5.00",)}


def test_late_parents_take_up_what_waited_for_them(shop: WatchedShop) -> None:
    shop.deliver(**DAY_THREE)
    shop.build()
    assert shop.rows("""
        select order_line_id, has_order, is_sale, is_unknown_product
        from curated.fact_order_lines
        where order_line_id in ('WEB-L13', 'WEB-L20') order by 1
    """) == [("WEB-L13", True, True, False), ("WEB-L20", True, True, False)]
    assert shop.rows("""
        select customer_key from curated.fact_orders
        where order_id in ('WEB-O3', 'WEB-O13') order by 1
    """) == [("C8",), ("C9",)]
    assert sales_of(shop, "2025-02-10") == "1 for 20.00"
    assert sales_of(shop, "2023-03-03") == "1 for 8.00"
    assert shop.value("select count(*) from curated.fact_order_lines") == 10
    assert shop.rows(FAILURES) == []


def test_a_day_of_corrections_moves_what_it_corrects(shop: WatchedShop) -> None:
    shop.deliver(**DAY_FOUR)
    shop.build("--threads", "1")
    assert sales_of(shop, "2025-03-01") == "1 for 44.00"
    assert sales_of(shop, "2023-03-03") == "1 for 0.00"
    assert sales_of(shop, "2025-03-03") == "4 for 30.00"
    assert shop.rows("""
        select order_line_id, category, segment, segment_at_order,
            cast(payment_amount as varchar), cast(refund_amount as varchar)
        from gold.reporting_sales_wide
        where order_id in ('WEB-O1', 'WEB-O2', 'WEB-O11') order by 1
    """) == [
        ("WEB-L1", "Bar", "Platinum", "Gold", "0.00", "0.00"),
        ("WEB-L11", "Bar", "Platinum", "Platinum", "32.00", "0.00"),
        ("WEB-L2", "Kitchen", "Platinum", "Gold", "0.00", "1.50"),
        ("WEB-L3", "Bar", "Platinum", "Platinum", "32.00", "0.00"),
    ]
    assert shop.rows(FAILURES) == []


def test_days_built_one_by_one_equal_one_build(
    shop: WatchedShop, one_build: State
) -> None:
    shop.deliver(**DAY_FIVE)
    shop.build()
    assert differences(one_build, state(shop, own_times=False)) == []


def test_a_build_without_news_writes_no_row(shop: WatchedShop) -> None:
    before = shop.content_hashes()
    marks = (
        "select process_name, last_batch_id from audit.pipeline_watermark order by 1"
    )
    marked = shop.rows(marks)
    runs = shop.value("select count(*) from audit.pipeline_execution_log")
    shop.deliver(**dict.fromkeys(FEEDS, ""))
    shop.build()
    assert written(before, shop.content_hashes()) == set()
    assert shop.rows(marks) == marked
    assert shop.value("select count(*) from audit.pipeline_execution_log") == runs + 8
    assert made_anew(shop) == set()


def test_a_table_is_made_anew_when_its_code_or_rows_changed(shop: WatchedShop) -> None:
    before = state(shop)
    shop.execute(
        "delete from gold.top_products",
        "drop table gold.top_customers cascade",
        "delete from curated.dim_timeframe",
    )
    shop.build("--vars", "{bundle_max_length: 5}")
    emptied = {"top_products", "top_customers", "dim_timeframe"}
    changed = emptied | {"bundle_itemsets", "bundle_rules"}
    made = made_anew(shop)
    assert changed <= made
    readers = (
        *("recommendation", "customer_recommendation", "ml_bundle", "bundle_"),
        *("bandit_", "experiment_", "scorecard"),
    )
    assert all(name.startswith(readers) for name in made - changed)
    assert differences(before, state(shop)) == []


def made_anew(shop: WatchedShop) -> set[str]:
    """Tables built whole, and not empty, that the last build did not leave alone."""
    return {
        name
        for (name,) in shop.rows("""
            select node_log.node_name
            from audit.pipeline_node_log as node_log
            inner join audit.pipeline_watermark as watermark
                on node_log.node_name = watermark.process_name
            where
                node_log.layer in ('curated', 'gold')
                and watermark.last_batch_id is null
                and node_log.rows_processed != 0
                and node_log.execution_id = (
                    select execution_id from audit.pipeline_execution_log
                    order by batch_id desc limit 1
                )
        """)
    }


def test_builds_of_a_part_never_make_another_miss_rows(
    watched_shop: tuple[WatchedShop, Path], one_build: State
) -> None:
    shop, day_one = watched_shop
    shop.go_back(day_one)
    shop.deliver(**DAY_TWO)
    for part in ("gold", "raw rejected_rows", "fact_order_lines"):
        build_part(shop, *part.split())
    shop.deliver(**DAY_THREE)
    for part in ("raw staging fact_payments fact_orders", "curated.dimensions"):
        build_part(shop, *part.split())
    shop.deliver(**DAY_FOUR)
    build_part(shop, "reporting_sales_wide")
    build_part(shop, "raw staging rejected_rows curated")
    build_part(shop, "top_products category_revenue")
    shop.deliver(**DAY_FIVE)
    shop.build()
    assert differences(one_build, state(shop, own_times=False)) == []


def build_part(shop: WatchedShop, *part: str) -> None:
    """Build a selection; no watermark but those of what was built may move."""
    marks = "select process_name, last_processed_timestamp, last_batch_id"
    marks += " from audit.pipeline_watermark"
    before = shop.rows(marks)
    shop.build("--select", *part)
    built = shop.rows("""
        with last_run as (
            select node_name, process_name from audit.pipeline_node_log
            where execution_id = (
                select execution_id from audit.pipeline_execution_log
                order by batch_id desc limit 1
            )
        )
        select node_name from last_run union select process_name from last_run
    """)
    assert built
    left = {row for row in before if (row[0],) not in built}
    assert left <= set(shop.rows(marks))

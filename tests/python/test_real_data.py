"""Real shops through the whole warehouse, against figures taken from their files.

What docs/real-data.md says is read from the page itself, so that page, warehouse and
file must agree.
"""

import itertools
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clustr.feeds import PROJECT
from shop import ONLINE_RETAIL, SHARED_DATA, Shop

GROCERIES = SHARED_DATA / "groceries" / "groceries_long.csv.gz"
PAGE = (PROJECT / "docs" / "real-data.md").read_text(encoding="utf-8")


def page_table(heading: str) -> list[list[str]]:
    """Rows of the table below a heading of the page, header left out."""
    section = PAGE.split(f"## {heading}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", section, flags=re.MULTILINE)
    cells = [[cell.strip() for cell in row.split(" | ")] for row in rows]
    return [row for row in cells[1:] if set(row[0]) != {"-"}]


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@pytest.fixture(scope="module")
def online_retail(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    if not ONLINE_RETAIL.exists():
        pytest.skip(f"{ONLINE_RETAIL} is not here: real data for developers only")
    shop = Shop(tmp_path_factory.mktemp("online_retail"))
    delivery = shop.folder / "delivery"
    adapted = shop.script("adapters/online_retail.py", ONLINE_RETAIL, delivery)
    assert adapted.returncode == 0, adapted.stderr
    shop.land(delivery)
    shop.build(tests=True)
    return shop


def from_file(sql: str) -> tuple[Any, ...]:
    """One row of a query on the Online Retail file, as the view `lines`."""
    with duckdb.connect() as connection:
        connection.execute(
            "create view lines as select *, round(Quantity * UnitPrice, 2) as amount"
            f" from read_parquet('{ONLINE_RETAIL}')"
        )
        (row,) = connection.execute(sql).fetchall()
        return row


def test_figures_of_the_page_come_from_the_file(online_retail: Shop) -> None:
    page = {row[0]: number(row[2]) for row in page_table("What the warehouse found")}
    lines, kept, orders, units, sales, refunds, customers = from_file("""
        select
            count(*),
            count(*) filter (where UnitPrice >= 0),
            count(distinct InvoiceNo) filter (
                where Quantity > 0 or InvoiceNo in (
                    select InvoiceNo from lines group by 1 having min(UnitPrice) < 0
                )
            ),
            sum(Quantity) filter (where Quantity > 0 and UnitPrice >= 0),
            sum(amount) filter (where Quantity > 0 and UnitPrice >= 0),
            -sum(amount) filter (where Quantity < 0 and UnitPrice >= 0),
            count(distinct CustomerID) filter (where Quantity > 0 and UnitPrice >= 0)
        from lines
    """)
    assert page == {
        "Lines delivered": lines,
        "Lines kept": kept,
        "Orders": orders,
        "Customers with an order": customers,
        "Units sold": units,
        "Total sales": sales,
        "Returned": refunds,
        "Net sales": sales - refunds,
        "Rules": page["Rules"],
    }


def test_figures_of_the_page_are_the_warehouses(online_retail: Shop) -> None:
    for what, where, figure in page_table("What the warehouse found"):
        table, _, column = where.strip("`").partition(".")
        sql = {
            "landing": "select count(*) from landing.sales",
            "curated": "select count(*) from curated.fact_order_lines",
            "bundle_rules": "select count(*) from gold.bundle_rules",
            "reporting_customer_stats": (
                "select count(*) from gold.reporting_customer_stats where has_orders"
            ),
        }.get(table, f"select sum({column}) from gold.{table}")
        assert online_retail.value(sql) == number(figure), what


def test_published_subset_is_in_the_wide_table(online_retail: Shop) -> None:
    found = online_retail.rows("""
        select
            count(*),
            count(distinct customer_id),
            count(distinct order_id),
            count(distinct product_sku),
            sum(sales_amount)
        from gold.reporting_sales_wide
        where is_sale and customer_id is not null and unit_price > 0
    """)
    assert found == [(397_884, 4_338, 18_532, 3_665, Decimal("8911407.90"))]
    assert "397,884 lines, 4,338 customers, 18,532" in PAGE


def test_rejects_and_gaps_of_the_page(online_retail: Shop) -> None:
    tables = page_table("Rejected rows by reason")
    split = next(i for i, row in enumerate(tables) if row[0] == "Check")
    rejects = online_retail.rows(
        "select source_table, rule, count(*) from audit.rejected_rows group by 1, 2"
    )
    assert [tuple(row) for row in tables[:split]] == [
        (feed, rule, str(count)) for feed, rule, count in rejects
    ]
    assert rejects == [
        (
            "sales",
            "negative_price",
            from_file("select count(*) from lines where UnitPrice < 0")[0],
        )
    ]
    gaps = online_retail.rows(
        "select check_name, gap from audit.reconciliation where status != 'PASS'"
        " order by check_name desc"
    )
    assert [(name, number(gap)) for name, gap in tables[split + 1 :]] == gaps


def test_best_bundles_of_the_page_are_counted_in_the_file(
    online_retail: Shop,
) -> None:
    for bought, then, baskets, confidence, lift in page_table("Best bundles"):
        ((count_ab, rule_confidence, rule_lift, skus),) = online_retail.rows(
            "select count_ab, confidence, lift, antecedents || consequents"
            " from gold.bundle_rules"
            " where antecedents_names = ? and consequents_names = ?",
            [json.dumps([bought]), json.dumps([then])],
        )
        a, b = re.findall(r'"(.+?)"', skus)
        counts = from_file(f"""
            select
                count(distinct InvoiceNo),
                count(distinct InvoiceNo) filter (where StockCode = '{a}'),
                count(distinct InvoiceNo) filter (where StockCode = '{b}'),
                (
                    select count(*) from (
                        select InvoiceNo from lines
                        where Quantity > 0 and UnitPrice >= 0
                        group by InvoiceNo
                        having bool_or(StockCode = '{a}') and bool_or(StockCode = '{b}')
                    ) as both_bought
                )
            from lines where Quantity > 0 and UnitPrice >= 0
        """)
        n, count_a, count_b, together = counts
        assert together == count_ab == int(baskets)
        assert round(together / count_a, 2) == round(rule_confidence, 2)
        assert str(round(together / count_a, 2)).ljust(4, "0") == confidence
        assert round(together * n / count_a / count_b, 1) == round(rule_lift, 1)
        assert str(round(rule_lift, 1)) == lift


def test_groceries_give_the_fifteen_published_rules(tmp_path: Path) -> None:
    if not GROCERIES.exists():
        pytest.skip(f"{GROCERIES} is not here: real data for developers only")
    shop = Shop(tmp_path)
    shop.land(groceries_delivery(tmp_path / "groceries"))
    variables = {"bundle_min_support": 0.01, "bundle_min_confidence": 0.5}
    shop.build("--vars", json.dumps(variables))
    rules = shop.rows(
        "select antecedents, consequents, count_ab, count_a, count_b, basket_count"
        " from gold.bundle_rules"
    )
    assert len(rules) == 15
    with duckdb.connect() as connection:
        baskets = [
            set(items)
            for (items,) in connection.execute(
                "select list(trim(item)) from read_csv(?) group by transaction_id",
                [str(GROCERIES)],
            ).fetchall()
        ]
    assert Counter(itertools.chain(*baskets))["whole milk"] == 2_513
    for antecedents, consequents, count_ab, count_a, count_b, basket_count in rules:
        a, b = set(json.loads(antecedents)), set(json.loads(consequents))
        assert count_ab == sum(a | b <= basket for basket in baskets)
        assert count_a == sum(a <= basket for basket in baskets)
        assert count_b == sum(b <= basket for basket in baskets)
        assert basket_count == len(baskets) == 9_835


def groceries_delivery(folder: Path) -> Path:
    """The groceries baskets as receipts of one day, each item at 1.00."""
    folder.mkdir()
    feeds = {
        "sales": """
            select
                transaction_id || '-' || row_number() over (
                    partition by transaction_id order by item
                ) as sale_id,
                transaction_id,
                trim(item) as product_sku,
                1 as quantity,
                '1.00' as unit_price,
                '1.00' as line_total
            from source
        """,
        "transactions": """
            select
                transaction_id,
                '' as customer_id,
                '1' as time_id,
                count(*) || '.00' as transaction_amount,
                'STORE' as channel,
                'CASH' as payment_type
            from source group by transaction_id
        """,
        "timeframe": """
            select '1' as time_id, '2025-01-01' as date, 1 as day, 1 as month,
                2025 as year
        """,
    }
    with duckdb.connect() as connection:
        connection.execute(
            f"create view source as select * from read_csv('{GROCERIES}')"
        )
        for name, sql in feeds.items():
            connection.execute(f"copy ({sql}) to '{folder / name}.csv' (header)")
    return folder

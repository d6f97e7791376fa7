"""CONTRIBUTING's new column, added as it says: on a copy, to a warehouse with rows."""

import csv
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from answers import blocks
from clustr.feeds import PROJECT
from forked_dbt import without_coverage
from pages import copy_project, patch, run_commands
from shop import Shop
from test_deliveries import DAY_ONE

PAGE = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEPS = PAGE.split("## Add a column, from landing to gold\n")[1].split("\n## ")[0]
COLUMN = "delivery_method"

TILL = {
    "timeframe": "time_id,date,day,month,year\n1,2025-03-01,1,3,2025",
    "transactions": "transaction_id,time_id,transaction_amount\nT1,1,4.00",
    "sales": "sale_id,transaction_id,product_sku,quantity,unit_price\nS1,T1,P1,1,4.00",
}
# Lines of orders that come after the column did, and of one that never comes.
LATE_LINES = """
    L5,O5,P1,1,4.00,0.00
    L6,O6,P1,1,4.00,0.00
    L7,O7,P1,1,4.00,0.00"""
BEFORE = DAY_ONE | TILL | {"order_lines": DAY_ONE["order_lines"] + LATE_LINES}
# O1 is as it was, O2 is corrected, O5 is new.
WITH_COLUMN = f"""order_id,customer_id,order_date,channel,total_amount,status,\
updated_at,{COLUMN}
O1,C1,2025-03-01,WEB,24.00,PAID,2025-03-01,
O2,C2,2025-03-03,WEB,8.00,CANCELLED,2025-03-03,Click & Collect
O5,C2,2025-03-04,WEB,4.00,PAID,2025-03-04, locker
"""
# O3 is as it was, O6 is new.
WITHOUT_COLUMN = """order_id,customer_id,order_date,channel,total_amount,status,\
updated_at
O3,C9,2025-03-03,app,4.00,PAID,2025-03-03
O6,C2,2025-03-04,WEB,4.00,PAID,2025-03-04
"""
IN_GOLD = [
    ("POS-S1", "PICKUP"),
    ("WEB-L1", "UNKNOWN"),
    ("WEB-L2", "UNKNOWN"),
    ("WEB-L3", "PICKUP"),
    ("WEB-L4", "UNKNOWN"),
    ("WEB-L5", "LOCKER"),
    ("WEB-L6", "UNKNOWN"),
    ("WEB-L7", None),
]
# Its unit test, and the test of its values.
TESTS = (
    "base_web__orders_conforms_delivery_methods",
    "accepted_values_fact_orders_delivery_method",
)
CHECKS = "name_the_same_columns or column_is_text or every_feed"


@dataclass(frozen=True)
class Walk:
    """The shop whose warehouse got the column, and the copy that has it."""

    shop: Shop
    copy: Path
    environment: dict[str, str]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A shop with rows of before; then every step, and deliveries of after."""
    shop = Shop(tmp_path_factory.mktemp("walk"))
    shop.land(shop.delivery(**BEFORE))
    shop.build("--select", "+reporting_sales_wide")
    copy = shop.folder / "my clustr"
    copy_project(copy)
    environment = shop.environment() | {
        "DBT_TARGET_PATH": str(copy / "target"),
        # some of them ask tables that are not built here
        "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test",
        "DELIVERY": str(orders_only(shop, WITH_COLUMN)),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    without = orders_only(shop, WITHOUT_COLUMN)
    with without_coverage():
        for block in blocks(STEPS, "diff"):
            patch(copy, block.text)
        run_commands(f"python scripts/land.py '{without}'", copy, environment)
        for block in blocks(STEPS, "bash"):
            run_commands(block.text, copy, environment)
    return Walk(shop, copy, environment)


def orders_only(shop: Shop, text: str) -> Path:
    """A delivery of orders whose columns are those of the text."""
    folder = shop.delivery()
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    return folder


def test_gold_shows_the_column_of_rows_before_and_after(walk: Walk) -> None:
    shown = walk.shop.rows(
        f"select order_line_id, {COLUMN} from gold.reporting_sales_wide order by 1"
    )
    assert shown == IN_GOLD


def test_rows_that_did_not_change_get_no_version(walk: Walk) -> None:
    versions = walk.shop.rows(
        f"select order_id, list({COLUMN} order by batch_id) from raw.raw_orders"
        " group by order_id order by order_id"
    )
    assert versions == [
        ("O1", [None]),
        ("O2", [None, "Click & Collect"]),
        ("O3", [None]),
        ("O5", [" locker"]),
        ("O6", [None]),
    ]


def test_raw_still_matches_its_fingerprints(walk: Walk) -> None:
    checks = walk.shop.rows(
        "select check_name, expected, actual from audit.reconciliation_landing"
        " where check_name like 'orders:%'"
    )
    assert ("orders: raw rows that match their fingerprint", 6, 6) in checks
    assert [check for check in checks if check[1] != check[2]] == []


def test_the_demo_differs_by_the_column_only(walk: Walk) -> None:
    names = {path.name for path in (PROJECT / "seeds").glob("*.csv")}
    for name in names - {"orders.csv"}:
        before, after = PROJECT / "seeds" / name, walk.copy / "seeds" / name
        assert after.read_bytes() == before.read_bytes(), name
    with (PROJECT / "seeds" / "orders.csv").open(newline="") as file:
        before_rows = list(csv.DictReader(file))
    with (walk.copy / "seeds" / "orders.csv").open(newline="") as file:
        after_rows = list(csv.DictReader(file))
    made = {row.pop(COLUMN) for row in after_rows}
    assert after_rows == before_rows
    assert {"COURIER", "LOCKER"} < made


def test_its_own_tests_pass(walk: Walk) -> None:
    done = subprocess.run(
        ["dbt", "test", "--select", *(f"{name}*" for name in TESTS)],
        cwd=walk.copy,
        env=walk.environment | {"DBT_EXCLUDE_RESOURCE_TYPES": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    for name in TESTS:
        assert re.search(rf"PASS.* (\w+::)?{name}", done.stdout), done.stdout


def test_the_copy_names_the_column_wherever_it_must(walk: Walk) -> None:
    run_commands("git init --quiet", walk.copy, walk.environment)
    tests = ["test_conventions.py", "test_readme.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", CHECKS]
        + [f"tests/python/{name}" for name in tests],
        cwd=walk.copy,
        env=walk.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout

"""The money check finds every wrong amount, and says when it cannot look."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import pytest

import verify
from clustr.contents import query
from shop import Shop

FEED_AMOUNTS = {
    "transactions": ("transaction_amount",),
    "sales": ("quantity", "unit_price", "line_total"),
    "orders": ("total_amount",),
    "order_lines": ("quantity", "unit_price", "discount_amount"),
    "payments": ("payment_amount",),
    "refunds": ("quantity", "refund_amount"),
    "products": ("price",),
}
TABLE_AMOUNTS = {
    "curated.fact_orders": ("total_amount",),
    "curated.fact_order_lines": ("gross_amount", "discount_amount", "line_total"),
    "curated.fact_payments": ("payment_amount",),
    "curated.fact_refunds": ("refund_amount",),
    "gold.sales_summary_daily": (
        *("total_orders", "cancelled_orders", "units", "gross", "discounts"),
        *("total_sales", "refunds", "net_sales", "collected", "cancelled_refunds"),
    ),
    "gold.reporting_sales_wide": (
        *("sales_amount", "refund_amount"),
        *("total_amount_allocated", "payment_amount_allocated"),
    ),
    "gold.top_products": ("revenue",),
    "gold.category_revenue": ("total_revenue",),
    "gold.product_category_performance": ("revenue", "refunds"),
    "gold.reporting_customer_stats": ("total_spend",),
    "gold.top_customers": ("total_spent",),
    "gold.customer_cohorts": ("revenue",),
    "gold.bandit_posteriors": ("n",),
}
MIDDLE = "(select rowid from {table} order by rowid offset {offset} limit 1)"


def corruptions() -> dict[str, str]:
    """Name to the SQL that changes one thing by hand; `{one}` picks a row."""
    found = {}
    for feed, columns in FEED_AMOUNTS.items():
        table = f"raw.raw_{feed}"
        for column in columns:
            # one more digit; a null becomes a nought
            found[f"{table}.{column}"] = (
                f"update {table} set {column} = coalesce({column} || '1', '0')"
                " where rowid = {one}"
            )
    for table, columns in TABLE_AMOUNTS.items():
        for column in columns:
            found[f"{table}.{column}"] = (
                f"update {table} set {column} = {column} + 1 where rowid = {{one}}"
            )
    for table in [*(f"raw.raw_{feed}" for feed in FEED_AMOUNTS), *TABLE_AMOUNTS]:
        found[f"{table}: a row lost"] = f"delete from {table} where rowid = {{one}}"
        found[f"{table}: a row doubled"] = (
            f"insert into {table} select * from {table} where rowid = {{one}}"
        )
    return found


CORRUPTIONS = corruptions()


def table_of(statement: str) -> str:
    """Table that a corruption changes."""
    words = statement.split()
    return words[1] if words[0] == "update" else words[2]


@pytest.fixture(scope="module")
def open_demo(
    demo_shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the demo's warehouse, open for changes that are rolled back."""
    path = tmp_path_factory.mktemp("open") / "w.duckdb"
    shutil.copy(demo_shop.warehouse, path)
    with duckdb.connect(str(path)) as connection:
        yield connection


@pytest.fixture
def warehouse(demo_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's warehouse, which verify looks at."""
    path = tmp_path / "w.duckdb"
    shutil.copy(demo_shop.warehouse, path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    return path


def corrupt(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Change one row in the middle of the table that the statement names."""
    table = table_of(statement)
    (count,) = connection.sql(f"select count(*) from {table}").fetchall()[0]
    one = MIDDLE.format(table=table, offset=count // 2)
    changed = connection.execute(statement.replace("{one}", one)).fetchall()
    assert changed == [(1,)]


def change(path: Path, statement: str) -> None:
    """Change a warehouse file by hand."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def test_the_demo_holds(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([]) == 0
    output = capsys.readouterr().out
    lines = output.splitlines()
    assert lines[0] == f"warehouse {warehouse}"
    assert lines[-1].endswith(" 0 FAIL") and " PASS, " in lines[-1]
    money = next(line for line in lines if "money: net_sales" in line)
    status, *_, expected, actual, gap = money.split()
    assert status == "PASS" and expected == actual and gap == "0.00"
    assert "  WARN" in output and "that have not come" in output


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_one_wrong_value_is_found(
    open_demo: duckdb.DuckDBPyConnection, corruption: str
) -> None:
    open_demo.begin()
    try:
        corrupt(open_demo, CORRUPTIONS[corruption])
        checks = verify.read_checks(
            partial(query, open_demo, Path("w.duckdb")), "w.duckdb"
        )
    finally:
        open_demo.rollback()
    assert [check for check in checks if check.status == "FAIL"]


def test_a_failure_says_what_was_expected(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        corrupt(connection, CORRUPTIONS["gold.sales_summary_daily.net_sales"])
    assert verify.main([]) == 1
    output = capsys.readouterr().out
    failed = [line for line in output.splitlines() if line.startswith("  FAIL")]
    assert any(line.split()[1:4] == ["daily:", "net", "sales"] for line in failed)
    assert any(line.endswith(" 1.00") for line in failed)


def test_a_wrong_amount_in_raw_fails(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        corrupt(connection, CORRUPTIONS["raw.raw_payments.payment_amount"])
    assert verify.main([]) == 1


def test_money_must_match_the_answer_key(warehouse: Path) -> None:
    change(
        warehouse,
        "update gold.scorecard set actual = actual + 0.01"
        " where subject = 'money' and check_name = 'collected'",
    )
    assert verify.main([]) == 1


def test_other_subjects_of_the_answer_key_only_warn(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        warehouse,
        "update gold.scorecard set is_passed = false where subject != 'money'",
    )
    assert verify.main([]) == 0
    assert "differs from what the generator planted" in capsys.readouterr().out


def test_rows_landed_since_the_build_are_named(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(warehouse, "insert into landing.users (customer_id) values ('new')")
    assert verify.main([]) == 1
    assert "run `dbt build`" in capsys.readouterr().out


def test_an_empty_warehouse_holds(
    empty_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(empty_shop.warehouse))
    assert verify.main([]) == 0
    assert " 0 WARN, 0 FAIL" in capsys.readouterr().out


def test_no_warehouse(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    assert verify.main([]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    assert "none.duckdb" in error


@pytest.mark.parametrize("table", ["audit.reconciliation", "gold.scorecard"])
def test_a_warehouse_not_built_yet(
    warehouse: Path, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = "view" if table.startswith("audit") else "table"
    change(warehouse, f"drop {kind} {table}")
    assert verify.main([]) == 2
    assert f"{table} is missing" in capsys.readouterr().err


def test_a_table_missing_below_a_check(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(warehouse, "drop table curated.fact_payments")
    assert verify.main([]) == 2
    assert "fact_payments is missing" in capsys.readouterr().err


def test_a_warehouse_in_use_names_the_holder(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{hold}; sys.stdin.read()", str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert verify.main([]) == 2
        assert f"(process {holder.pid})" in capsys.readouterr().err
        holder.communicate()


def test_a_target_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        verify.main(["--target", "oracle"])
    assert stop.value.code == 2
    assert "oracle" in capsys.readouterr().err

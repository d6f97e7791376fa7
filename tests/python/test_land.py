"""Deliveries: all or nothing, numbered, queued until raw took them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from clustr.feeds import PROJECT, load_feeds
from test_land_shop import ORDERS, ROW, Shop, make_shop

LAND = [sys.executable, str(PROJECT / "scripts" / "land.py")]
REFUNDS = "refund_id,order_line_id,refund_date,quantity,refund_amount,reason\n"
LACKING = ", ".join(c for c in load_feeds()["orders"].columns if c not in ORDERS)


@pytest.fixture
def shop(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    return make_shop(tmp_path, monkeypatch, capsys)


def test_first_landing_makes_every_table(shop: Shop) -> None:
    assert shop.land_file(orders_csv=ORDERS + ROW) == 0
    for feed in load_feeds().values():
        origin = ["delivery_id", "source_filename", "line_number"]
        assert shop.columns(f"landing.{feed.name}") == [*feed.columns, *origin]
        landed = shop.query(f"select count(*) from landing.{feed.name}")
        assert landed == [1 if feed.name == "orders" else 0]
    assert shop.query("select count(*) from truth.truth_bundles") == [0]


def test_report_and_delivered_files_count_every_row(shop: Shop) -> None:
    shop.deliver(orders_csv=ORDERS + ROW + "2,8\n", refunds_csv=REFUNDS)
    assert shop.land() == 0
    assert shop.out.splitlines()[2].split() == ["orders.csv", "2", "1", "1", "-"]
    assert "1 lines of orders.csv have a wrong number of fields" in shop.out
    files = shop.query(
        """select delivery_id, source_table, source_filename, rows_read, rows_landed,
        rows_rejected, length(sha256), unknown_columns, missing_columns
        from landing.delivered_files"""
    )
    assert files == [
        (1, "orders", "orders.csv", 2, 1, 1, 64, None, LACKING),
        (1, "refunds", "refunds.csv", 0, 0, 0, 64, None, None),
    ]


def test_missing_optional_columns_are_told_and_null(shop: Shop) -> None:
    text = "transaction_id,customer_id,project_id,bandit_id,timestamp,clicked\n"
    line = "T1,C1,J1,B1,2024-05-01 10:00:00,1\n"
    assert shop.land_file(bandit_transactions_csv=text + line) == 0
    note = "note: bandit_transactions.csv lacks propensity, position: left empty\n"
    assert note in shop.out
    missing = "select missing_columns from landing.delivered_files"
    assert shop.query(missing) == ["propensity, position"]
    row = "select clicked, propensity, position from landing.bandit_transactions"
    assert shop.query(row) == [("1", None, None)]


def test_no_note_of_columns_when_none_are_missing(shop: Shop) -> None:
    shop.land_file(refunds_csv=REFUNDS)
    assert "note:" not in shop.out


def test_a_table_of_an_older_version_gets_the_columns_it_lacks(shop: Shop) -> None:
    shop.run(
        [
            "create schema landing",
            "create table landing.delivered_files (delivery_id bigint)",
            "insert into landing.delivered_files values (7)",
        ]
    )
    assert shop.land_file(orders_csv=ORDERS + ROW) == 0
    rows = "select delivery_id, missing_columns from landing.delivered_files order by 1"
    assert shop.query(rows) == [(7, None), (8, LACKING)]


@pytest.mark.parametrize(
    ("refunds", "message"),
    [
        (b"refund_id\n1\n", "refunds.csv: column order_line_id is missing"),
        (b"", "refunds.csv: is empty (0 bytes): not even a header"),
        (
            f"{REFUNDS}R1,L1,2024-05-01,1,1.00,caf\xe9\n".encode("cp1252"),
            "refunds.csv, line 2: byte 28 of the line: byte 0xE9 is not UTF-8",
        ),
    ],
)
def test_a_bad_second_file_leaves_everything_as_it_was(
    shop: Shop, refunds: bytes, message: str
) -> None:
    """All or nothing: the good file beside it does not land either."""
    shop.land_file(orders_csv=ORDERS + ROW)
    before = shop.everything()
    line = shop.refusal(orders_csv=ORDERS + ROW + "9\n", refunds_csv=refunds)
    assert line.startswith(message)
    assert shop.everything() == before
    assert shop.land_file(orders_csv=ORDERS + ROW) == 0


def test_a_refused_first_delivery_leaves_no_warehouse(shop: Shop) -> None:
    shop.refusal(orders_csv=b"")
    assert not shop.exists()


def test_deliveries_queue_until_raw_has_taken_a_later_one(shop: Shop) -> None:
    for _ in range(3):
        shop.land_file(orders_csv=ORDERS + ROW)
    queued = "select distinct delivery_id from landing.orders order by 1"
    assert shop.query(queued) == [1, 2, 3]
    shop.run(
        [
            "create schema raw",
            "create table raw.raw_orders as select 2::bigint as delivery_id",
            "create table raw.raw_refunds (delivery_id bigint)",
        ]
    )
    shop.land_file(orders_csv=ORDERS + ROW)
    assert shop.query(queued) == [2, 3, 4]
    numbered = "select distinct delivery_id from landing.delivered_files order by 1"
    assert shop.query(numbered) == [1, 2, 3, 4]


def test_delivery_numbers_go_on_after_raw(shop: Shop) -> None:
    shop.run(
        [
            "create schema raw",
            "create table raw.raw_refunds as select 41::bigint as delivery_id",
        ]
    )
    shop.land_file(orders_csv=ORDERS + ROW)
    assert shop.query("select delivery_id from landing.orders") == [42]


def test_the_demo_leaves_landing_and_is_told_of_in_raw(shop: Shop) -> None:
    columns = ", ".join(f"'d' as {name}" for name in load_feeds()["users"].columns)
    origin = "null::bigint as delivery_id, null::varchar as source_filename"
    shop.run(
        [
            "create schema landing",
            f"create table landing.users as select {columns}, {origin}",
            "create schema raw",
            "create table raw.raw_users as select null::bigint as delivery_id",
        ]
    )
    assert shop.land_file(orders_csv=ORDERS + ROW) == 0
    assert shop.query("select count(*) from landing.users") == [0]
    assert f"already holds the demo shop; set {shop.setting} for" in shop.out
    assert shop.query("select line_number from landing.users") == []


def test_truth_files_replace_the_answer_key(shop: Shop) -> None:
    truth = shop.folder / "truth"
    shop.deliver(orders_csv=ORDERS + ROW)
    truth.mkdir()
    for share in ("0.1", "0.2"):
        text = f"bundle_id,kind,product_skus,planted_share\nB1,bundle,[],{share}\n"
        (truth / "truth_bundles.csv").write_text(text)
        assert shop.land() == 0
    assert shop.query("select planted_share from truth.truth_bundles") == ["0.2"]


@pytest.mark.parametrize("case", ["missing", "file", "empty", "strange"])
def test_a_folder_without_a_delivery_is_refused(shop: Shop, case: str) -> None:
    shop.folder.rmdir()
    if case == "file":
        shop.folder.write_text("x")
    elif case != "missing":
        shop.folder.mkdir()
        if case == "strange":
            (shop.folder / "invoices.csv").write_text("a\n1\n")
    assert shop.land() == 2
    expected = {"missing": "no such folder", "file": "not a folder"}
    assert expected.get(case, "no file of a feed in here") in shop.error
    assert shop.error.count("\n") == 1 and not shop.exists()


def test_the_same_feed_twice_is_refused(shop: Shop) -> None:
    shop.deliver(orders_csv=ORDERS + ROW, orders_parquet=b"PAR1")
    assert shop.land() == 2
    assert "orders is here twice: orders.csv and orders.parquet" in shop.error


def test_unknown_files_are_told_and_ignored(shop: Shop) -> None:
    shop.deliver(orders_csv=ORDERS + ROW, invoices_csv="a\n", manifest_json="{}")
    assert shop.land() == 0
    assert "note: invoices.csv is no file of a feed; ignored" in shop.out
    assert "manifest" not in shop.out


@pytest.mark.parametrize(
    "name", ["or[d]ers", "a*b", "year=2024", "it's", "d{1,2}", "ö?"]
)
def test_the_folder_may_have_any_name(shop: Shop, name: str) -> None:
    other = shop.folder / name.translate(str.maketrans("*?", "xy", "[]"))
    for folder, row in ((other, ROW.replace("1,7", "2,7")), (shop.folder / name, ROW)):
        shop.folder = folder
        shop.deliver(orders_csv=ORDERS + row)
    assert shop.land() == 0
    assert shop.query("select order_id from landing.orders") == ["1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: DIR"),
        (["x", "--target", "oracle"], "unknown target oracle; known are duckdb"),
        (["x", "--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: list[str], message: str) -> None:
    run = subprocess.run([*LAND, *arguments], capture_output=True, text=True)
    assert run.returncode == 2 and run.stdout == ""
    assert run.stderr.startswith(f"error: {message}") and run.stderr.count("\n") == 1


def test_a_locked_warehouse_names_its_holder(shop: Shop) -> None:
    shop.deliver(orders_csv=ORDERS + ROW)
    with duckdb.connect(str(shop.warehouse)):
        run = subprocess.run(
            [*LAND, str(shop.folder)], capture_output=True, text=True, env=os.environ
        )
    assert run.returncode == 2 and run.stderr.count("\n") == 1
    assert f"(process {os.getpid()})" in run.stderr


def test_a_warehouse_without_a_folder_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(shop.folder / "no" / "where.duckdb"))
    assert "does not exist" in shop.refusal(orders_csv=ORDERS + ROW)


@pytest.mark.parametrize("point", range(4))
def test_a_kill_leaves_the_warehouse_as_before(shop: Shop, point: int) -> None:
    """Kill -9 once `point` files are in, and (3) right before the commit."""
    shop.land_file(orders_csv=ORDERS + ROW)
    before = shop.everything()
    many = "".join(f"{n},7,2024-05-01,WEB,1.00,completed\n" for n in range(50_000))
    shop.deliver(
        orders_csv=ORDERS + many + "bad\n", refunds_csv=REFUNDS, users_csv=USERS
    )
    code = KILLER.format(point=point, scripts=json.dumps(str(PROJECT / "scripts")))
    command = [sys.executable, "-c", code, str(shop.folder), "--target", shop.target]
    run = subprocess.run(command, env=os.environ)
    assert run.returncode == -signal.SIGKILL
    assert shop.everything() == before
    assert shop.land() == 0
    landed = "select delivery_id, count(*) from landing.orders group by 1 order by 1"
    assert shop.query(landed) == [(1, 1), (2, 50_000)]


USERS = "customer_id,email,name\n1,a@example.com,A\n"
KILLER = """
import os, signal, sys
sys.path.insert(0, {scripts})
import land
from landing import transaction
recorded = 0
record = transaction._record
def killing(*arguments):
    global recorded
    if recorded == {point}:
        os.kill(os.getpid(), signal.SIGKILL)
    record(*arguments)
    recorded += 1
    if recorded == 3:
        os.kill(os.getpid(), signal.SIGKILL)
transaction._record = killing
land.main(sys.argv[1:])
"""

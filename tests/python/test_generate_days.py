"""Days of a made-up shop: what each brings, and that its truth is what they say."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from clustr.feeds import PROJECT, load_feeds
from generator.totals import true_totals
from generator.web import CANCELLED, FAILED, PAID, SUCCESS
from shop import Shop
from test_generate_data import (
    amounts,
    contents,
    expect_refusal,
    labels,
    make,
    rows,
)

FEEDS = load_feeds()
SMALL = "--customers 120 --products 50 --orders 150 --days 60 --seed 5"
MESSY = [*SMALL.split(), "--dirt", "0.08"]
LAST_MESSY = 20
CLEAN_SHOP = "--customers 60 --products 40 --orders 60 --days 12"
CLEAN = [*CLEAN_SHOP.split(), "--dirt", "0"]
LAST_CLEAN = 5


def manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest says."""
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def make_days(folder: Path, last: int, arguments: list[str]) -> list[Path]:
    """Make days 1 to `last`, the first at place 1; place 0 is the folder itself."""
    days = range(1, last + 1)
    made = [make(folder / str(n), "--day", str(n), *arguments) for n in days]
    return [folder, *made]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Make a small shop in which much goes wrong, day by day."""
    return make_days(tmp_path_factory.mktemp("messy"), LAST_MESSY, MESSY)


@pytest.fixture(scope="module")
def clean_days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Make a small shop in which nothing goes wrong, to its last day."""
    return make_days(tmp_path_factory.mktemp("clean_days"), LAST_CLEAN, CLEAN)


# What a row needs in order to be used; a reading of the rules of its own.
DATE = "try_cast({} as timestamp) between '1990-01-01' and '2030-01-01'"
MONEY, COUNT = "try_cast({} as decimal(18, 2))", "try_cast({} as integer)"
USABLE = {
    "orders": f"order_id != '' and {MONEY.format('total_amount')} is not null"
    f" and {DATE.format('order_date')}",
    "order_lines": "order_line_id != '' and order_id != ''"
    f" and {COUNT.format('quantity')} > 0 and {MONEY.format('unit_price')} >= 0",
    "payments": f"payment_id != '' and {MONEY.format('payment_amount')} is not null"
    f" and {DATE.format('payment_date')}",
    "refunds": f"refund_id != '' and {MONEY.format('refund_amount')} is not null"
    f" and {DATE.format('refund_date')}",
    "transactions": "transaction_id != '' and time_id != ''"
    f" and {MONEY.format('transaction_amount')} is not null",
    "sales": "sale_id != '' and transaction_id != '' and"
    f" {COUNT.format('quantity')} != 0 and {MONEY.format('unit_price')} >= 0",
}
TOTALS = """
with web as (
    select l.quantity::int quantity, l.unit_price::decimal(18, 2) price,
        l.discount_amount::decimal(18, 2) discount
    from order_lines l join orders o using (order_id)
    where upper(o.status) not in ('CANCELLED', 'CANCELED')
),
till as (
    select s.quantity::int quantity, s.unit_price::decimal(18, 2) price,
        transaction_id
    from sales s join transactions using (transaction_id)
),
undone as (
    select order_line_id from order_lines join orders using (order_id)
    where upper(status) in ('CANCELLED', 'CANCELED')
)
select
    (select coalesce(sum(quantity * price), 0) from web)
        + (select sum(quantity * price) from till where quantity > 0) gross,
    (select coalesce(sum(discount), 0) from web) discounts,
    (select coalesce(sum(refund_amount::decimal(18, 2)), 0) from refunds
        anti join undone using (order_line_id))
        - (select coalesce(sum(quantity * price), 0) from till where quantity < 0)
        refunds,
    (select sum(payment_amount::decimal(18, 2)) from payments
        where upper(payment_status) = 'SUCCESS')
        + (select sum(transaction_amount::decimal(18, 2)) from transactions) collected,
    (select count(*) from orders where upper(status) not in ('CANCELLED', 'CANCELED'))
        + (select count(*) from transactions where transaction_id not in (
            select transaction_id from till group by 1 having max(quantity) < 0))
        total_orders,
    (select count(*) from orders where upper(status) in ('CANCELLED', 'CANCELED'))
        cancelled_orders,
    (select coalesce(sum(quantity), 0) from web)
        + (select sum(quantity) from till where quantity > 0) units
"""


def newest(days: list[Path], last: int) -> duckdb.DuckDBPyConnection:
    """Every feed as a view of its newest usable rows after days 1 to `last`."""
    connection = duckdb.connect()
    for feed, is_usable in USABLE.items():
        key = FEEDS[feed].key
        whole = [0, *(n for n in range(1, last + 1) if is_whole(days[n], feed))]
        parts = [
            f"select *, {n} as delivered from read_csv('{days[n] / feed}.csv', "
            "header = true, all_varchar = true, nullstr = '')"
            for n in range(1, last + 1)
            if (days[n] / f"{feed}.csv").exists()
        ]
        updated = "updated_at desc" if "updated_at" in FEEDS[feed].columns else "1"
        connection.execute(f"""
            create table {feed} as
            with delivered as ({" union all by name ".join(parts)}),
            -- what a full redelivery lacks had its last day before it
            kept as (
                select * from delivered qualify
                    max(delivered) over (partition by {key}) >= {max(whole)}
            )
            select * from kept where {is_usable}
            qualify row_number() over (
                partition by {key} order by delivered desc, {updated}) = 1
            """)
    return connection


def is_whole(folder: Path, feed: str) -> bool:
    """Whether a day's file holds every row of its feed."""
    return feed in manifest(folder)["complete"]


@pytest.mark.parametrize("day", range(1, LAST_MESSY + 1))
def test_truth_is_what_the_files_of_all_days_say(messy: list[Path], day: int) -> None:
    found = newest(messy, day).execute(TOTALS)
    names = [column[0] for column in found.description]
    values = found.fetchall()[0]
    totals = {name: Decimal(v) for name, v in zip(names, values, strict=True)}
    totals["total_sales"] = totals["gross"] - totals["discounts"]
    totals["net_sales"] = totals["total_sales"] - totals["refunds"]
    assert totals == amounts(messy[day])


def versions(days: list[Path], feed: str) -> Iterator[tuple[str, list[str]]]:
    """Each key of a feed and the texts of its rows, in the order of the days."""
    found: dict[str, list[str]] = {}
    for folder in days[1:]:
        if (folder / f"{feed}.csv").exists():
            for row in rows(folder, feed):
                content = ",".join(v for c, v in row.items() if c != "updated_at")
                found.setdefault(row[FEEDS[feed].key], []).append(content)
    found.pop("", None)
    yield from found.items()


def test_a_day_needs_no_day_before_it_and_no_certain_machine(
    messy: list[Path], tmp_path: Path
) -> None:
    variables = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "77"}
    script = str(PROJECT / "scripts" / "generate_data.py")
    subprocess.run(
        [sys.executable, script, "--out", "there", "--day", "4", *MESSY],
        env={**os.environ, **variables},
        cwd=tmp_path,
        check=True,
    )
    assert contents(tmp_path / "there") == contents(messy[4])


def test_clean_days_end_as_the_shop_in_one_delivery(
    clean_days: list[Path], tmp_path: Path
) -> None:
    whole = make(tmp_path, *CLEAN)
    assert amounts(clean_days[LAST_CLEAN]) == amounts(whole)
    for name, feed in FEEDS.items():
        last: dict[str, dict[str, str]] = {}
        for folder in clean_days[1:]:
            if (folder / f"{name}.csv").exists():
                last |= {row[feed.key]: row for row in rows(folder, name)}
        assert last == {row[feed.key]: row for row in rows(whole, name)}, name
    for name in ("truth_bundles", "truth_arms", "truth_customers"):
        path = f"truth/{name}.csv"
        ended, once = clean_days[LAST_CLEAN] / path, whole / path
        assert ended.read_bytes() == once.read_bytes()


def test_clean_days_hold_plain_new_rows_and_business_only(
    clean_days: list[Path],
) -> None:
    seen = Counter[str]()
    for folder in clean_days[1:]:
        assert labels(folder) == [] and manifest(folder)["complete"] == []
        seen.update(manifest(folder)["day"]["rows"])
        if (folder / "order_lines.csv").exists():
            placed = {row["order_id"] for row in rows(folder, "orders")}
            assert {r["order_id"] for r in rows(folder, "order_lines")} <= placed
    assert seen["new"] > 0 and seen["corrected"] > 0
    assert not any(seen[k] for k in ("late", "repeated", "dirty", "deleted"))
    place = FEEDS["orders"].columns.index("status")
    statuses = [
        [version.split(",")[place] for version in found]
        for _, found in versions(clean_days, "orders")
    ]
    assert ["PAID", "SHIPPED", "DELIVERED"] in statuses
    assert all(len(set(found)) == len(found) for found in statuses)


def test_manifest_counts_every_row_of_the_day_by_kind(messy: list[Path]) -> None:
    seen = Counter[str]()
    for number, folder in enumerate(messy[1:], start=1):
        found = manifest(folder)
        day, files = found["day"], found["files"]
        assert (day["number"], day["last"]) == (number, 21)
        kinds = Counter[str](day["rows"])
        seen.update(kinds)
        del kinds["deleted"]
        written = sum(f["rows"] for name, f in files.items() if "/" not in name)
        assert sum(kinds.values()) == written
        assert found["arguments"]["day"] == number
    assert all(seen[k] > 0 for k in ("new", "late", "repeated", "corrected", "dirty"))
    assert seen["deleted"] > 0


def test_some_days_bring_corrections_alone_nothing_or_all_again(
    messy: list[Path],
) -> None:
    kinds = [manifest(folder)["day"]["rows"] for folder in messy[1:]]
    alone = kinds[3 - 1]
    assert alone["corrected"] > 0 and alone["new"] == alone["late"] == 0
    assert sum(kinds[5 - 1].values()) == 0
    header = (messy[5] / "orders.csv").read_text(encoding="utf-8")
    assert header == ",".join(FEEDS["orders"].columns) + "\n"
    assert {path.stem for path in messy[5].glob("*.csv")} == set(FEEDS)
    new, again = rows(messy[6], "orders"), rows(messy[7], "orders")
    known = {r["order_id"] for n in (1, 2, 4) for r in rows(messy[n], "orders")}
    keys = {row["order_id"] for row in new} - known
    assert keys and keys <= {row["order_id"] for row in again}


def test_late_rows_reach_back_weeks(messy: list[Path]) -> None:
    # Day 2 is the 41st of the window, 10 February.
    late = [
        (number, row["order_id"])
        for number, folder in enumerate(messy[2:], start=2)
        if (folder / "orders.csv").exists()
        for row in rows(folder, "orders")
        if row["order_date"] < "2025-01-20"
    ]
    first_day = {row["order_id"] for row in rows(messy[1], "orders")}
    assert [key for _, key in late if key not in first_day]


def test_rows_come_before_what_they_belong_to(messy: list[Path]) -> None:
    came: dict[str, dict[str, int]] = {"orders": {}, "customers": {}}
    early = set[tuple[str, str]]()
    for number, folder in enumerate(messy[1:], start=1):
        for feed, found in came.items():
            if (folder / f"{feed}.csv").exists():
                for row in rows(folder, feed):
                    found.setdefault(row[FEEDS[feed].key], number)
        for feed, column, of in (
            ("order_lines", "order_id", "orders"),
            ("payments", "order_id", "orders"),
            ("orders", "customer_id", "customers"),
        ):
            if (folder / f"{feed}.csv").exists():
                early.update(
                    (feed, row[column])
                    for row in rows(folder, feed)
                    if row[column] and row[column] not in came[of]
                )
    for feed, of in (
        ("order_lines", "orders"),
        ("payments", "orders"),
        ("orders", "customers"),
    ):
        waited = [k for f, k in early if f == feed and k in came[of]]
        assert waited, f"no row of {feed} came before its row of {of}"


def test_rows_change_and_change_back(messy: list[Path]) -> None:
    for feed in ("orders", "order_lines", "payments", "sales", "customers"):
        back = [
            key
            for key, found in versions(messy, feed)
            if any(
                found[0] != other and found[0] in found[place:]
                for place, other in enumerate(found)
            )
        ]
        assert back, feed


def test_dirty_rows_come_corrected_on_a_later_day(messy: list[Path]) -> None:
    for feed, word in (("orders", "12,5O"), ("order_lines", "two"), ("sales", "two")):
        mended = [
            key
            for key, found in versions(messy, feed)
            if word in found[0] and word not in found[-1]
        ]
        assert mended, feed


GAPS = """
with added as (
    select order_id, sum(quantity::int * unit_price::decimal(18, 2)
        - discount_amount::decimal(18, 2)) lines
    from order_lines group by 1
),
paid as (
    select order_id, sum(payment_amount::decimal(18, 2)) paid
    from payments where upper(payment_status) != 'FAILED' group by 1
)
select o.order_id from orders o join added using (order_id)
left join paid using (order_id)
where total_amount::decimal(18, 2) != lines or paid != lines
"""


@pytest.mark.parametrize("day", [1, 4, 8, 14])
def test_order_lines_and_payments_agree_on_every_day(
    messy: list[Path], day: int
) -> None:
    # Those that wait for a dirty row are told apart by it.
    dirty = {row["record_key"] for row in labels(messy[day]) if row["rule"]}
    waiting = {
        row["order_id"]
        for folder in messy[1 : day + 1]
        for feed in ("orders", "order_lines", "payments")
        if (folder / f"{feed}.csv").exists()
        for row in rows(folder, feed)
        if row[FEEDS[feed].key] in dirty
    }
    gaps = {order for (order,) in newest(messy, day).execute(GAPS).fetchall()}
    assert gaps <= waiting
    wrong = [key for key, found in versions(messy, "payments") if len(set(found)) > 1]
    assert wrong


def test_rows_are_repeated_within_a_file_and_on_later_days(messy: list[Path]) -> None:
    opening = Counter(tuple(row.values()) for row in rows(messy[1], "sales"))
    assert max(opening.values()) == 2
    repeated = {tuple(row.values()) for row in rows(messy[4], "sales")} & set(opening)
    assert repeated


def frame(**columns: list[int]) -> pd.DataFrame:
    """Rows of a feed as the generator holds them, amounts in cents."""
    return pd.DataFrame(columns)


# Order 2 is cancelled, order 3 and receipt 3 have not come; one refund is of a line
# that has not come either; of receipt 2 there is only a return, of receipt 4 nothing.
HALF_THERE = {
    "orders": [frame(number=[1, 2], status=[PAID, CANCELLED])],
    "order_lines": [
        frame(
            number=[1, 2, 3],
            order_number=[1, 2, 3],
            quantity=[2, 5, 7],
            price=[300, 100, 100],
            discount=[50, 10, 10],
        )
    ],
    "payments": [frame(status=[SUCCESS, FAILED, SUCCESS], amount=[550, 490, 690])],
    "refunds": [frame(line_number=[1, 2, 3, 9], amount=[1_000, 200, 30, 4])],
    "transactions": [frame(number=[1, 2, 4], amount=[400, 80, 10])],
    "sales": [
        frame(
            number=[1, 2, 3, 4],
            transaction_number=[1, 1, 2, 3],
            quantity=[2, -1, -1, 3],
            total=[500, -100, -20, 60],
        )
    ],
}


def test_totals_count_only_what_can_be_counted_by_then() -> None:
    assert dict(true_totals(HALF_THERE)) == {
        "gross": "11.00",
        "discounts": "0.50",
        "total_sales": "10.50",
        "refunds": "11.54",
        "net_sales": "-1.04",
        "collected": "17.30",
        "total_orders": "3",
        "cancelled_orders": "1",
        "units": "4",
    }


def test_a_full_redelivery_lacks_only_what_was_deleted(messy: list[Path]) -> None:
    whole = {9: ["refunds"], 19: ["orders", "order_lines", "payments"]}
    for number, folder in enumerate(messy[1:], start=1):
        assert manifest(folder)["complete"] == whole.get(number, [])
    for number, feeds in whole.items():
        for feed in feeds:
            key = FEEDS[feed].key
            before = {
                row[key]
                for folder in messy[1:number]
                if (folder / f"{feed}.csv").exists()
                for row in rows(folder, feed)
            }
            missing = before - {row[key] for row in rows(messy[number], feed)}
            assert 1 <= len(missing) <= 20 and len(missing) < len(before) / 5, feed
            for folder in messy[number + 1 :]:
                if (folder / f"{feed}.csv").exists():
                    assert not missing & {row[key] for row in rows(folder, feed)}


def test_dirt_scales_the_mess(tmp_path: Path) -> None:
    found = []
    for dirt in ("0.01", "0.1"):
        folder = tmp_path / dirt
        make(folder, "--day", "4", *SMALL.split(), "--dirt", dirt)
        kinds = manifest(folder)["day"]["rows"]
        found.append(kinds["late"] + kinds["repeated"] + kinds["dirty"])
    assert 2 * found[0] < found[1]


@pytest.mark.parametrize("preset", ["enterprise", "clustr", "hotdeals"])
def test_every_preset_has_days_of_its_own_feeds(tmp_path: Path, preset: str) -> None:
    arguments = ["--preset", preset, "--days", "60", "--dirt", "0.05"]
    names = [
        {path.name for path in make(tmp_path / n, "--day", n, *arguments).glob("*.csv")}
        for n in ("1", "5", "9")
    ]
    assert names[0] == names[1] >= names[2]
    whole = {path.name for path in make(tmp_path / "0", *arguments).glob("*.csv")}
    assert names[0] == whole


def test_a_share_sizes_the_live_days_at_scale(tmp_path: Path) -> None:
    arguments = ["--scale", "200000", "--day-share", "0.001"]
    counts = []
    for day in ("1", "2", "61"):
        folder = make(tmp_path / day, "--day", day, *arguments)
        files = manifest(folder)["files"]
        assert all(name.endswith((".parquet", "csv")) for name in files)
        counts.append(
            sum(files[f"{n}.parquet"]["rows"] for n in ("order_lines", "sales"))
        )
    opening, second, last = counts
    assert 0.93 < opening / 200_000 < 0.95
    assert 100 < second < 300 and 100 < last < 300


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--day 0", ("--day 0", "from 1 to 61", "--days 180")),
        ("--day 62", ("--day 62", "from 1 to 61", "--days 180")),
        ("--day 22 --days 60", ("--day 22", "from 1 to 21")),
        ("--day two", ("--day", "two")),
        ("--day-share 0.001", ("--day-share 0.001", "--day")),
        ("--day 2 --day-share 0.01", ("--day-share 0.01", "60", "0.008333")),
        ("--day 2 --day-share 0", ("--day-share 0", "above 0")),
        ("--day 2 --day-share nan", ("--day-share nan",)),
    ],
)
def test_wrong_days_are_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    words: tuple[str, ...],
) -> None:
    expect_refusal(tmp_path, capsys, arguments, words)


FAILED_CHECKS = "select subject, check_name from gold.scorecard where not is_passed"
GOLD_TOTALS = "select measure, actual from ({}) order by measure".format(
    " union all ".join(
        f"select '{m}' as measure, cast(sum({m}) as decimal(18, 2)) as actual"
        " from gold.sales_summary_daily"
        for m in (
            *("gross", "discounts", "total_sales", "refunds", "net_sales", "collected"),
            *("total_orders", "cancelled_orders", "units"),
        )
    )
)
DAILY = "select * from gold.sales_summary_daily order by date"


def test_days_built_one_by_one_or_at_once_are_the_truth(
    messy: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "daily").mkdir()
    (tmp_path / "once").mkdir()
    daily, once = Shop(tmp_path / "daily"), Shop(tmp_path / "once")
    for folder in messy[1:5]:
        daily.land(folder)
        daily.build()
        assert dict(daily.rows(GOLD_TOTALS)) == amounts(folder)
        assert daily.value("select count(*) from gold.scorecard") > 30
        planted = ("bundles", "experiments", "churn")
        failed = [c for c in daily.rows(FAILED_CHECKS) if c[0] not in planted]
        assert failed == []
        once.land(folder)
    once.build()
    assert once.rows(DAILY) == daily.rows(DAILY)

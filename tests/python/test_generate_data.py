"""The generator keeps its promises: same bytes, exact counts, true answer key."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

import generate_data
from clustr.feeds import PROJECT, load_feeds, load_truth_tables
from generator.baskets import fill_baskets
from generator.catalog import Catalog, build_catalog
from generator.days import PROMOTIONS, build_days
from generator.pools import build_pools
from generator.settings import Knobs, settle
from generator.streams import stream
from generator.writer import PART

Row = dict[str, str]
Folder = dict[str, bytes]

COUNTERS = ("alpha", "beta", "n", "number_of_success", "number_of_failures")


def make(folder: Path, *arguments: str) -> Path:
    """Run the generator in this process and expect it to succeed."""
    assert generate_data.main(["--out", str(folder), *arguments]) == 0
    return folder


def contents(folder: Path) -> Folder:
    """Every file of a folder: relative path to bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(folder: Path, name: str) -> list[Row]:
    """Rows of one CSV file."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def amounts(folder: Path) -> dict[str, Decimal]:
    """Return the truth's totals."""
    truth = rows(folder, "truth/truth_totals")
    return {row["measure"]: Decimal(row["amount"]) for row in truth}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the committed default afresh."""
    return make(tmp_path_factory.mktemp("demo"), "--preset", "demo", "--seed", "42")


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the default without dirt."""
    return make(tmp_path_factory.mktemp("clean"), "--dirt", "0")


@pytest.fixture(scope="session")
def enterprise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the preset of the smallest shop."""
    return make(tmp_path_factory.mktemp("enterprise"), "--preset", "enterprise")


@pytest.mark.parametrize("more", ["--dirt 0.01", "--format parquet --dirt 0.1"])
def test_same_arguments_give_same_bytes_anywhere(tmp_path: Path, more: str) -> None:
    here = contents(make(tmp_path / "here", *more.split()))
    variables = {
        "LC_ALL": "C",
        "TZ": "Asia/Kathmandu",
        "PYTHONHASHSEED": "77",
        "OMP_NUM_THREADS": "1",
    }
    script = str(PROJECT / "scripts" / "generate_data.py")
    subprocess.run(
        [sys.executable, script, "--out", "there", *more.split()],
        env={**os.environ, **variables},
        cwd=tmp_path,
        check=True,
    )
    assert contents(tmp_path / "there") == here


def test_another_seed_gives_other_rows(demo: Path, tmp_path: Path) -> None:
    other = contents(make(tmp_path, "--seed", "43"))
    same = {name for name, data in contents(demo).items() if data == other[name]}
    assert same == {"timeframe.csv"} & same


def test_committed_seeds_are_a_fresh_demo(demo: Path) -> None:
    seeds = PROJECT / "seeds"
    committed = {
        name: data
        for name, data in contents(seeds).items()
        if not name.endswith((".yml", ".md"))
    }
    assert committed == contents(demo)


def test_manifest_tells_rows_bytes_and_digest(demo: Path) -> None:
    manifest = json.loads((demo / "manifest.json").read_text())
    files = {name for name in contents(demo) if name != "manifest.json"}
    assert set(manifest["files"]) == files
    for name, entry in manifest["files"].items():
        data = (demo / name).read_bytes()
        assert entry["bytes"] == len(data)
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
        assert entry["rows"] == len(rows(demo, name.removesuffix(".csv")))
    assert manifest["arguments"]["seed"] == 42


def test_files_have_the_columns_of_the_contract(demo: Path) -> None:
    expected = {name: feed.columns for name, feed in load_feeds().items()}
    truth = load_truth_tables()
    expected |= {f"truth/{name}": columns for name, columns in truth.items()}
    for name, columns in expected.items():
        with (demo / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
        assert tuple(lines[0]) == columns, name
        assert {len(line) for line in lines} == {len(columns)}, name


def test_demo_csvs_suit_dbt_seed(demo: Path) -> None:
    total = 0
    for name, data in contents(demo).items():
        if name.endswith(".csv"):
            total += data.count(b"\n") - 1
            assert b"\r" not in data and b"\n\n" not in data and b"\0" not in data
            values = {v.lower() for row in rows(demo, name[:-4]) for v in row.values()}
            assert not values & {"null", "none", "nan"}
    assert 14_000 <= total <= 18_000
    assert sum(map(len, contents(demo).values())) < 2_000_000
    customers = (demo / "customers.csv").read_text(encoding="utf-8")
    assert not customers.isascii() and '""' in customers and '", ' not in customers[:9]


def test_enterprise_has_its_exact_counts(enterprise: Path) -> None:
    counts = {
        name: len(rows(enterprise, name.removesuffix(".csv")))
        for name in contents(enterprise)
        if name.endswith(".csv") and "/" not in name
    }
    assert counts.pop("refunds.csv") > 0
    assert counts == {
        "customers.csv": 500,
        "products.csv": 100,
        "orders.csv": 1_000,
        "order_lines.csv": 3_064,
        "payments.csv": 1_000,
    }
    paid = {row["order_id"] for row in rows(enterprise, "payments")}
    assert paid == {row["order_id"] for row in rows(enterprise, "orders")}
    assert rows(enterprise, "truth/truth_dirt") == []


def test_enterprise_keeps_within_sixty_days(enterprise: Path) -> None:
    instants = {
        "orders": ("order_date", "updated_at"),
        "payments": ("payment_date",),
        "refunds": ("refund_date",),
        "customers": ("updated_at",),
        "products": ("updated_at",),
    }
    for name, columns in instants.items():
        days = {row[c][:10] for row in rows(enterprise, name) for c in columns}
        assert min(days) >= "2025-01-01" and max(days) <= "2025-03-01", name
    ordered = {row["order_date"][:10] for row in rows(enterprise, "orders")}
    assert {"2025-01-01", "2025-03-01"} <= ordered


def test_presets_have_their_feeds_only(tmp_path: Path) -> None:
    till = make(tmp_path / "clustr", "--preset", "clustr")
    names = {path.stem for path in till.glob("*.csv")}
    assert names == {"customers", "products", "timeframe", "transactions", "sales"}
    deals = make(tmp_path / "hotdeals", "--preset", "hotdeals")
    names = {path.stem for path in deals.glob("*.csv")}
    assert names == {"customers", "users", "projects", "bandits", "bandit_transactions"}


TOTALS = """
with sold as (
    select l.* from order_lines as l join orders as o using (order_id)
    where o.status != 'CANCELLED' and l.quantity > 0
)
select
    (select sum(quantity * unit_price) from sold)
        + (select sum(quantity * unit_price) from sales where quantity > 0) gross,
    (select sum(discount_amount) from sold) discounts,
    (select sum(refund_amount) from refunds)
        - (select sum(line_total) from sales where quantity < 0) refunds,
    (select sum(payment_amount) from payments where payment_status = 'SUCCESS')
        + (select sum(transaction_amount) from transactions) collected,
    (select count(distinct order_id) from sold)
        + (select count(distinct transaction_id) from sales where quantity > 0)
        total_orders,
    (select count(*) from orders where status = 'CANCELLED') cancelled_orders,
    (select sum(quantity) from sold)
        + (select sum(quantity) from sales where quantity > 0) units
"""


def open_csvs(folder: Path) -> duckdb.DuckDBPyConnection:
    """Every feed of a folder as a view, money as decimals."""
    connection = duckdb.connect()
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8") as file:
            columns = file.readline().strip().split(",")
        types = {
            c: "decimal(18, 2)" for c in columns if c.endswith(("price", "amount"))
        }
        types |= {c: "decimal(18, 2)" for c in columns if c == "line_total"}
        types |= {c: "integer" for c in columns if c == "quantity"}
        sql = ", ".join(f"'{c}': '{types.get(c, 'varchar')}'" for c in columns)
        connection.execute(
            f"create view {path.stem} as select * from "
            f"read_csv('{path}', header = true, columns = {{{sql}}})"
        )
    return connection


def test_totals_can_be_added_up_from_the_clean_files(clean: Path) -> None:
    connection = open_csvs(clean).execute(TOTALS)
    names = [column[0] for column in connection.description]
    values = connection.fetchall()[0]
    found = {name: Decimal(v) for name, v in zip(names, values, strict=True)}
    found["total_sales"] = found["gross"] - found["discounts"]
    found["net_sales"] = found["total_sales"] - found["refunds"]
    assert found == amounts(clean)
    assert min(found.values()) > 0


def test_clean_money_ties_from_line_to_order_to_payment(clean: Path) -> None:
    broken = """
    select 'order', order_id from orders
    left join (select order_id, sum(quantity * unit_price - discount_amount) s
               from order_lines group by 1) using (order_id)
    where total_amount is distinct from s
    union all
    select 'receipt', transaction_id from transactions
    left join (select transaction_id, sum(line_total) s, max(quantity) q
               from sales group by 1) using (transaction_id)
    where transaction_amount is distinct from s or q <= 0
    union all
    select 'line_total', sale_id from sales where line_total != quantity * unit_price
    union all
    select 'paid', order_id from orders
    left join (select order_id, sum(payment_amount)
                   filter (where payment_status != 'FAILED') s
               from payments group by 1) using (order_id)
    where s is distinct from
        case when status != 'CANCELLED' then total_amount end
    union all
    select 'waiting', order_id from orders join payments using (order_id)
    where (status = 'PENDING') != (payment_status = 'PENDING')
    union all
    select 'refund', refund_id from refunds join order_lines l using (order_line_id)
    join orders using (order_id)
    where refund_date < order_date or status in ('CANCELLED', 'PENDING')
        or refund_amount > l.quantity * unit_price - discount_amount
        or refunds.quantity > l.quantity or refund_amount <= 0
    union all
    select 'repeat', order_id from order_lines group by order_id, product_sku
    having count(*) > 1
    """
    assert open_csvs(clean).execute(broken).fetchall() == []


def test_clean_files_show_what_real_shops_show(clean: Path) -> None:
    connection = open_csvs(clean)

    def one(sql: str) -> float:
        row = connection.execute(f"select {sql}").fetchall()[0]
        return float(row[0])

    baskets = "(select count(*) n from order_lines group by order_id)"
    assert 2.4 < one(f"avg(n) from {baskets}") < 2.8
    assert 0.40 < one(f"avg((n = 1)::int) from {baskets}") < 0.50
    assert 0.02 < one("avg((customer_id is null)::int) from orders") < 0.08
    assert 0.003 < one("avg((quantity < 0)::int) from sales") < 0.02
    for status in ("PENDING", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"):
        assert one(f"count(*) from orders where status = '{status}'") > 0
    repriced = "(select 1 from order_lines group by product_sku"
    assert one(f"count(*) from {repriced} having count(distinct unit_price) > 1)") > 20
    buyers = (
        "(select customer_id from orders union select customer_id from transactions)"
    )
    assert one(f"count(*) from customers anti join {buyers} using (customer_id)") > 50


def test_promotions_draw_orders_and_discounts(clean: Path) -> None:
    inside, discounted = Counter[bool](), Counter[bool]()
    order_day = {r["order_id"]: r["order_date"][5:10] for r in rows(clean, "orders")}

    def is_promotion(day: str) -> bool:
        return any(low <= day <= high for low, high, _ in PROMOTIONS)

    for row in rows(clean, "order_lines"):
        promoted = is_promotion(order_day[row["order_id"]])
        inside[promoted] += 1
        discounted[promoted] += row["discount_amount"] != "0.00"
    assert discounted[True] / inside[True] > 0.5
    assert discounted[False] / inside[False] < 0.1
    # 26 of the window's 180 days are promotions.
    promoted_orders = sum(map(is_promotion, order_day.values()))
    assert promoted_orders / 26 > 1.2 * (len(order_day) - promoted_orders) / 154


def test_nobody_buys_after_dropping_out(demo: Path) -> None:
    gone = {
        row["customer_id"]: row["dropped_out_on"]
        for row in rows(demo, "truth/truth_customers")
        if row["is_dropped_out"] == "true"
    }
    assert 100 < len(gone) < 400
    spoiled = {row["record_key"] for row in labels(demo) if row["kind"] == "malformed"}
    for row in rows(demo, "orders"):
        if row["order_id"] and row["order_id"] not in spoiled:
            day = row["order_date"][:10]
            assert day <= gone.get(row["customer_id"], "9999"), row


def test_arms_agree_with_the_log_and_the_best_one_shows(clean: Path) -> None:
    shown, clicked = Counter[str](), Counter[str]()
    for row in rows(clean, "bandit_transactions"):
        shown[row["bandit_id"]] += 1
        clicked[row["bandit_id"]] += int(row["clicked"])
        assert 0.05 <= float(row["propensity"]) <= 1
    means: dict[str, dict[str, float]] = {}
    for row in rows(clean, "bandits"):
        arm, wins = row["bandit_id"], clicked[row["bandit_id"]]
        losses = shown[arm] - wins
        counters = [int(row[column]) for column in COUNTERS]
        assert counters == [1 + wins, 1 + losses, shown[arm], wins, losses]
        means.setdefault(row["project_id"], {})[arm] = (1 + wins) / (2 + shown[arm])
    truth = rows(clean, "truth/truth_arms")
    best = {
        row["project_id"]: row["bandit_id"] for row in truth if row["is_best"] == "true"
    }
    assert {p: max(arms, key=arms.__getitem__) for p, arms in means.items()} == best


def test_planted_groups_are_in_the_baskets(clean: Path) -> None:
    baskets: dict[str, set[str]] = {}
    lines = [(r["order_id"], r["product_sku"]) for r in rows(clean, "order_lines")]
    sales = [
        (r["transaction_id"], r["product_sku"])
        for r in rows(clean, "sales")
        if int(r["quantity"]) > 0
    ]
    for key, product in lines + sales:
        baskets.setdefault(key, set()).add(product)
    kinds = Counter[str]()
    for row in rows(clean, "truth/truth_bundles"):
        kinds[row["kind"]] += 1
        group = set(json.loads(row["product_skus"]))
        share = sum(group <= basket for basket in baskets.values()) / len(baskets)
        by_chance = 1.0
        for product in group:
            by_chance *= sum(product in b for b in baskets.values()) / len(baskets)
        lift = share / by_chance
        if row["kind"] == "bundle":
            assert share > 0.012 and lift > 5, row
        elif row["kind"] == "decoy":
            assert 0.6 < lift < 1.4, row
        else:
            assert lift < 0.2, row
    assert kinds == {"bundle": 6, "decoy": 4, "substitute": 3}


def labels(folder: Path) -> list[Row]:
    """Labels of the dirty rows."""
    return rows(folder, "truth/truth_dirt")


def test_every_kind_of_dirt_is_in_the_demo(demo: Path) -> None:
    found = {row["kind"] for row in labels(demo)}
    assert found == {
        "late",
        "duplicated",
        "corrected",
        "orphaned",
        "malformed",
        "drifted",
    }
    rules = {row["rule"] for row in labels(demo) if row["kind"] == "malformed"}
    assert rules == {
        "",
        "duplicate_key",
        "future_date",
        "impossible_date",
        "missing_reference",
        "negative_price",
        "negative_quantity",
        "null_key",
        "unparsable_amount",
        "unparsable_date",
        "unparsable_quantity",
        "zero_quantity",
    }


def test_dirt_is_only_ever_added(clean: Path, tmp_path: Path) -> None:
    dirty = make(tmp_path, "--dirt", "0.02")
    labelled = Counter(row["feed"] for row in labels(dirty))
    added = 0
    for path in clean.glob("*.csv"):
        before, after = (f / path.name for f in (clean, dirty))
        lines = before.read_text(encoding="utf-8").splitlines()
        rest = iter(after.read_text(encoding="utf-8").splitlines())
        # Every clean line is there, in the same order.
        assert all(line in rest for line in lines), path.name
        surplus = len(rows(dirty, path.stem)) - len(rows(clean, path.stem))
        assert surplus == labelled[path.stem], path.name
        added += surplus
    total = sum(len(rows(clean, path.stem)) for path in clean.glob("*.csv"))
    assert added == pytest.approx(0.02 * total, rel=0.05)
    for name in ("truth_bundles", "truth_customers", "truth_arms"):
        assert rows(dirty, f"truth/{name}") == rows(clean, f"truth/{name}")
    assert labels(clean) == []


def test_labelled_rows_are_there_and_late_ones_come_last(demo: Path) -> None:
    key = {name: feed.key for name, feed in load_feeds().items()}
    present = {name: [r[key[name]] for r in rows(demo, name)] for name in key}
    for row in labels(demo):
        assert row["record_key"] in present[row["feed"]], row
    late = [r["record_key"] for r in labels(demo) if r["kind"] == "late"]
    for name in ("orders", "order_lines", "payments", "transactions", "sales"):
        tail = [k for k in present[name] if k in late]
        assert tail and present[name][-len(tail) :] == tail
    orders = rows(demo, "orders")
    assert max(o["order_date"] for o in orders if o["order_id"] in late) < "2025-05-20"


def test_kept_dirt_is_in_the_totals(clean: Path, demo: Path) -> None:
    kept = [r for r in labels(demo) if r["kind"] in {"late", "orphaned", "drifted"}]
    keys = {(r["feed"], r["record_key"]) for r in kept}
    cancelled = {
        r["order_id"] for r in rows(demo, "orders") if r["status"] == "Canceled"
    }
    assert cancelled
    orders = [k for f, k in keys if f in {"orders", "transactions"}]
    money = sum(
        int(r["quantity"]) * Decimal(r["unit_price"])
        for feed, key in (("order_lines", "order_line_id"), ("sales", "sale_id"))
        for r in rows(demo, feed)
        if (feed, r[key]) in keys and r.get("order_id") not in cancelled
    )
    more = {name: amounts(demo)[name] - amounts(clean)[name] for name in amounts(demo)}
    assert more["total_orders"] == len(orders) - len(cancelled)
    assert more["cancelled_orders"] == len(cancelled)
    assert more["gross"] == more["collected"] == money
    assert more["refunds"] == more["discounts"] == 0


@pytest.mark.parametrize("lines", [10, 30, 140, 199, 200])
def test_basket_sizes_add_up_exactly(lines: int) -> None:
    baskets = fill_baskets(stream(1, "test"), 10, lines, small_catalog(), [])
    assert len(baskets.order) == lines
    assert set(baskets.order.tolist()) == set(range(10))


def small_catalog() -> Catalog:
    """Forty products, from which a basket takes twenty at most."""
    settings = settle(Knobs(products=40))
    days = build_days(settings.start, settings.days)
    return build_catalog(settings, days, build_pools())


def parquet_rows(path: Path) -> list[tuple[str | None, ...]]:
    """Rows of one Parquet file."""
    with duckdb.connect() as connection:
        return connection.execute(f"from '{path}'").fetchall()


def test_scale_writes_exactly_the_lines_asked_for(tmp_path: Path) -> None:
    first = make(tmp_path / "a", "--scale", "20000")
    second = make(tmp_path / "b", "--scale", "20000")
    assert contents(first) == contents(second)
    assert {p.suffix for p in first.iterdir() if p.is_file()} == {".parquet", ".json"}
    counts = [
        len(parquet_rows(first / f"{name}.parquet"))
        for name in ("order_lines", "sales")
    ]
    assert counts == [10_000, 10_000]
    assert labels(first) == []


def test_parquet_holds_what_csv_holds(enterprise: Path, tmp_path: Path) -> None:
    make(tmp_path, "--preset", "enterprise", "--format", "parquet")
    for path in enterprise.glob("*.csv"):
        table = parquet_rows(tmp_path / f"{path.stem}.parquet")
        assert {type(value) for row in table for value in row} <= {str, type(None)}
        texts = [tuple(value or "" for value in row) for row in table]
        assert texts == [tuple(r.values()) for r in rows(enterprise, path.stem)]


def test_knobs_turn(tmp_path: Path) -> None:
    arguments = "--customers 90 --products 50 --orders 70 --days 50 --dirt 0"
    folder = make(tmp_path, *arguments.split(), "--start-date", "2024-02-20")
    counts = {p.stem: len(rows(folder, p.stem)) for p in folder.glob("*.csv")}
    assert [counts[n] for n in ("customers", "products")] == [90, 50]
    assert counts["orders"] == counts["transactions"] == 70
    days = [row["date"] for row in rows(folder, "timeframe")]
    assert len(days) == 50 and days[0] == "2024-02-20" and "2024-02-29" in days
    assert rows(folder, "transactions")[0]["time_id"] == "20240220"


def test_ages_fit_birthdays(clean: Path) -> None:
    for row in rows(clean, "customers"):
        year, rest = row["dob"].split("-", 1)
        assert int(row["age"]) == 2025 - int(year) - (rest > "01-01")


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    (tmp_path / f"sales.csv{PART}").write_text("left by a killed run")
    (tmp_path / "notes.csv").write_text("mine")
    make(tmp_path, "--preset", "clustr")
    # Only what the generator itself may write is ever removed.
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace("sales.csv", "notes.csv", 1))
    (tmp_path / "sales.parquet").write_text("somebody else's")
    make(tmp_path, "--preset", "demo", "--format", "parquet", "--dirt", "0")
    make(tmp_path, "--preset", "enterprise")
    once = contents(tmp_path)
    assert not {"transactions.csv", "sales.parquet", f"sales.csv{PART}"} & set(once)
    assert once["notes.csv"] == b"mine"
    make(tmp_path, "--preset", "enterprise")
    assert contents(tmp_path) == once


def test_a_run_that_fails_leaves_the_old_files_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(make(tmp_path, "--preset", "enterprise"))

    def full(*_: object) -> None:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr("generator.delivery.text_table", full)
    arguments = ["--out", str(tmp_path), "--preset", "enterprise", "--seed", "7"]
    assert generate_data.main(arguments) == 2
    assert capsys.readouterr().err == "error: No space left on device\n"
    assert contents(tmp_path) == before


def expect_refusal(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    words: tuple[str, ...],
) -> None:
    """Run with wrong arguments: one line says the words, and nothing is written."""
    try:
        code: object = generate_data.main(["--out", str(folder), *arguments.split()])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "error: " in last
    assert all(word in last for word in words), last
    assert contents(folder) == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--dirt 0.6", ("--dirt", "0.6")),
        ("--dirt nan", ("--dirt", "nan")),
        ("--dirt much", ("--dirt", "much")),
        ("--customers 0", ("--customers", "0")),
        ("--products 3", ("--products", "3")),
        ("--orders -5", ("--orders", "-5")),
        ("--orders 5 --scale 5000", ("--orders", "--scale 5000")),
        ("--days 1", ("--days", "1")),
        ("--days 30", ("--days", "30", "--dirt 0")),
        ("--start-date 2025-13-01", ("--start-date", "2025-13-01")),
        ("--start-date 1901-01-01", ("--start-date", "1901-01-01")),
        ("--seed -1", ("--seed", "-1")),
        ("--scale 5", ("--scale", "5")),
        ("--scale 5000 --preset clustr", ("--scale", "5000", "clustr")),
        ("--preset hotdeals --orders 9", ("--orders", "9", "hotdeals")),
        ("--preset shop", ("--preset", "shop")),
        ("--format xlsx", ("--format", "xlsx")),
    ],
)
def test_wrong_arguments_are_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: str,
    words: tuple[str, ...],
) -> None:
    expect_refusal(tmp_path, capsys, arguments, words)


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(__file__, tmp_path / "file")
    folder = tmp_path / "file" / "inside"
    assert generate_data.main(["--out", str(folder)]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: --out {folder}: ")
    assert len(error.splitlines()) == 1

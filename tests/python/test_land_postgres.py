"""Landing in PostgreSQL: what is promised of the DuckDB file is promised there too."""

import contextlib
import inspect
import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg2
import pytest

import shop as built_shop
import test_land
import test_land_complete
import test_land_csv
import test_land_parquet
from landing import transaction
from landing.postgres_target import LANDING_LOCK
from postgres_shop import Server, new_database, new_roles, unique
from test_land_shop import ORDERS, ROW, Shop, make_shop

pytestmark = pytest.mark.postgres

SAME_PROMISES: Sequence[ModuleType] = (
    test_land,
    test_land_csv,
    test_land_complete,
    test_land_parquet,
)
OF_A_FILE = {
    "test_a_locked_warehouse_names_its_holder",
    "test_a_warehouse_without_a_folder_is_refused",
}
LAND = [*test_land.LAND, "--target", "postgres"]
WAITING = """select count(*) from pg_locks
    inner join pg_stat_activity using (pid)
    where not granted and datname = current_database()"""


def promises(module: ModuleType) -> dict[str, Any]:
    """Tests of a module that ask for a shop, which is one in PostgreSQL here."""
    return {
        name: case
        for name, case in vars(module).items()
        if name.startswith("test_")
        and inspect.isfunction(case)
        and "shop" in inspect.signature(case).parameters
        and name not in OF_A_FILE
    }


for each in SAME_PROMISES:
    globals().update(promises(each))


class PostgresShop(Shop):
    """A shop in the database that the PG variables name."""

    target = "postgres"
    setting = "PGDATABASE"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with contextlib.closing(psycopg2.connect("")) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            return list(cursor.fetchall())

    def run(self, statements: Sequence[str]) -> None:
        """Change the database as dbt would."""
        with contextlib.closing(psycopg2.connect("")) as connection:
            for statement in statements:
                connection.cursor().execute(statement)
            connection.commit()

    def exists(self) -> bool:
        """Whether anything was made in the database."""
        return self.tables() != []


@pytest.fixture(scope="module")
def server(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A database of the tests' own, named by the PG variables."""
    variables = new_database(postgres_server, tmp_path_factory.mktemp("land_postgres"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture
def shop(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> PostgresShop:
    made = make_shop(tmp_path, monkeypatch, capsys)
    shop = PostgresShop(made.warehouse, made.folder, capsys)
    shop.run(["drop schema if exists landing, truth, raw cascade"])
    return shop


def everything_but_times(shop: Shop) -> dict[str, list[Any]]:
    """Every row of every table, without the time at which it was landed."""
    everything = shop.everything()
    at = shop.columns("landing.delivered_files").index("landed_at")
    files = everything["landing.delivered_files"]
    everything["landing.delivered_files"] = [(*f[:at], *f[at + 1 :]) for f in files]
    return everything


def test_the_same_deliveries_make_the_same_tables(
    shop: PostgresShop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row for row, line numbers, rejected lines, checksums, reports and all."""
    twin = Shop(shop.warehouse, shop.folder, capsys)
    values = ["\\", "\\.", "\\N", "a\tb", 'q"q', "two\nlines", "cr\r\nlf", "Zoë ✓ 🛒"]
    values += ["null", " ", "'", "\\t", "{0}%s?", "\x01\x7f", "  x  ", "\u2028"]
    rows = "".join(
        f'{n},"{value.replace(chr(34), chr(34) * 2)}",,"",x,{value[:0]}\n'
        for n, value in enumerate(values)
    )
    users = "customer_id,email,name\n" + "".join(f"{n},,Ann\n" for n in range(10))
    truth = 'bundle_id,kind,product_skus,planted_share\nB1,bundle,"[""a""]",0.1\n'
    deliveries: list[dict[str, str]] = [
        {"orders_csv": ORDERS + rows + "9\n" + "8,\\,\t,,,,,,\n\n" + ROW},
        {"orders_csv": "extra," + ORDERS + "x," + ROW, "users_csv": users},
        {"users_csv": users.replace("3,,Ann\n", "")},
    ]
    for number, files in enumerate(deliveries):
        shop.deliver(**files)
        (shop.folder / "truth").mkdir()
        (shop.folder / "truth" / "truth_bundles.csv").write_text(truth)
        options = ("--complete", "users") if number == 2 else ()
        assert shop.land(*options) == 0, shop.error
        assert twin.land(*options) == 0, twin.error
        assert shop.out == twin.out
        (shop.folder / "truth" / "truth_bundles.csv").unlink()
        (shop.folder / "truth").rmdir()
    everything = everything_but_times(shop)
    assert everything == everything_but_times(twin)
    assert len(everything["landing.orders"]) == len(values) + 2
    assert len(everything["landing.rejected_lines"]) == 2
    for table in shop.tables():
        assert shop.columns(table) == twin.columns(table)


@pytest.mark.parametrize("name", ["customer_id", "email"])
def test_a_lone_mark_of_copy_is_a_value_like_others(
    shop: PostgresShop, name: str
) -> None:
    r"""`\.` ends and `\N` empties what COPY reads, unless they are escaped."""
    columns = ["customer_id", "email", "name"]
    lines = "".join(
        ",".join(value if column == name else "x" for column in columns) + "\n"
        for value in ("\\.", "\\N", "\\")
    )
    shop.land_file(users_csv="customer_id,email,name\n" + lines)
    query = f"select {name} from landing.users order by line_number"
    assert shop.query(query) == ["\\.", "\\N", "\\"]


def test_another_landing_is_named_and_kept_out(
    shop: PostgresShop, server: Server
) -> None:
    shop.deliver(orders_csv=ORDERS + ROW)
    with contextlib.closing(psycopg2.connect(application_name="land.py")) as other:
        cursor = other.cursor()
        cursor.execute("select pg_advisory_xact_lock(%s)", [LANDING_LOCK])
        assert shop.land() == 2
        assert shop.error == (
            f"error: database {server['PGDATABASE']} at {server['PGHOST']}: in use by"
            f" land.py of {server['PGUSER']} (server process {other.info.backend_pid});"
            " try again when it is done\n"
        )
        assert not shop.exists()
        other.rollback()
        assert shop.land() == 0


def test_landings_at_once_get_numbers_of_their_own(shop: PostgresShop) -> None:
    """Each lands whole or is refused in one line."""
    many = "".join(f"{n},7,2024-05-01,WEB,1.00,completed\n" for n in range(20_000))
    shop.deliver(orders_csv=ORDERS + many)
    command = [*LAND, str(shop.folder)]

    def land(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True)

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(land, range(4)))
    landed = [run for run in runs if run.returncode == 0]
    for run in runs:
        if run not in landed:
            assert run.returncode == 2 and run.stderr.count("\n") == 1
            assert f": in use by land.py of {os.environ['PGUSER']}" in run.stderr
    counts = "select delivery_id, count(*) from landing.orders group by 1 order by 1"
    assert landed and shop.query(counts) == [
        (number + 1, 20_000) for number in range(len(landed))
    ]


@pytest.mark.parametrize("point", ["before", "after"])
def test_a_connection_that_is_cut_lands_nothing(
    shop: PostgresShop, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """The server goes while a file's rows are loaded, or before the commit."""
    shop.land_file(orders_csv=ORDERS + ROW)
    before = shop.everything()
    record = transaction._record

    def cutting(*arguments: Any) -> None:
        if point == "after":
            record(*arguments)
        shop.run(
            [
                f"""select pg_terminate_backend(locks.pid) from pg_locks as locks
                inner join pg_stat_activity as working on locks.pid = working.pid
                where
                    locks.locktype = 'advisory'
                    and locks.objid = {LANDING_LOCK}
                    and working.datname = current_database()"""
            ]
        )
        if point == "before":
            record(*arguments)

    monkeypatch.setattr(transaction, "_record", cutting)
    line = shop.refusal(orders_csv=ORDERS + ROW)
    assert line.startswith(f"database {os.environ['PGDATABASE']} at ")
    assert re.search("terminating|closed the|has been closed", line), line
    assert shop.everything() == before


def test_a_server_that_is_away_is_one_line(
    shop: PostgresShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    line = shop.refusal(orders_csv=ORDERS + ROW)
    assert "No such file or directory" in line or "Connection refused" in line


def test_a_raw_that_may_not_be_read_stops_a_complete_file(
    shop: PostgresShop, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would else know no keys, and let every one of them be deleted."""
    shop.run(
        [
            "create schema raw",
            """create table raw.raw_orders as select '1' as record_key,
            1::bigint as batch_id, 1::bigint as delivery_id""",
        ]
    )
    shop.deliver(orders_csv=ORDERS)
    loader = unique("loader")
    with new_roles(server, loader, password=loader), monkeypatch.context() as patch:
        shop.run([f"grant create on database {server['PGDATABASE']} to {loader}"])
        patch.setenv("PGUSER", loader)
        patch.setenv("PGPASSWORD", loader)
        assert shop.land("--complete", "orders") == 2
        assert "permission denied for schema raw" in shop.error


class BuiltShop(built_shop.Shop):
    """A shop in PostgreSQL on which dbt runs."""

    def environment(self) -> dict[str, str]:
        """As of any shop, with the target changed."""
        return super().environment() | {"DBT_TARGET": "postgres"}

    def land(self, folder: Path, *arguments: str) -> None:
        """Land a delivery that must be accepted."""
        result = self.script("land.py", folder, "--target", "postgres", *arguments)
        assert result.returncode == 0, result.stderr


@pytest.fixture
def built(shop: PostgresShop, tmp_path: Path) -> BuiltShop:
    """A shop on which dbt can run, of the same empty database."""
    shop.run([f"drop schema if exists {', '.join(BUILT_SCHEMAS)} cascade"])
    return BuiltShop(tmp_path)


BUILT_SCHEMAS = ("staging", "curated", "gold", "audit")
KINDS = """select table_name, column_name, data_type, column_default
    from information_schema.columns
    where table_schema = 'landing'
    and table_name in ('delivered_files', 'rejected_lines')
    order by table_name, ordinal_position"""


def test_a_build_takes_what_was_landed(shop: PostgresShop, built: BuiltShop) -> None:
    built.land(built.delivery(orders=f"{ORDERS_HEAD}\n{O1}\n{O2}"))
    built.build()
    in_use = """select order_id, cast(total_amount as varchar)
        from curated.fact_orders where not is_deleted order by 1"""
    assert [key for key, _ in shop.query(in_use)] == ["WEB-O1", "WEB-O2"]
    # O1 is corrected, O2 gone, O3 new
    late = built.delivery(orders=f"{ORDERS_HEAD}\n{O1.replace('24.00', '25.00')}\n{O3}")
    refused = built.script(
        "land.py", late, "--target", "postgres", "--complete", "orders"
    )
    assert refused.returncode == 2
    assert "lacks 1 of the 2 known keys of orders" in refused.stderr
    built.land(late, "--complete", "orders", "--max-deleted-share", "0.5")
    built.build("--select", "+fact_orders")
    assert shop.query(in_use) == [("WEB-O1", "25.00"), ("WEB-O3", "4.00")]
    closed = "select record_key, delivery_id from raw.raw_orders where is_deleted"
    assert shop.query(closed) == [("O2", 2)]


ORDERS_HEAD = "order_id,customer_id,order_date,channel,total_amount,status,updated_at"
O1 = "O1,C1,2025-03-01,WEB,24.00,PAID,"
O2 = "O2,C2,2025-03-03,WEB,8.00,PAID,"
O3 = "O3,C3,2025-03-04,WEB,4.00,PAID,"


def test_a_delivery_that_lands_during_a_build_waits_whole(
    shop: PostgresShop, built: BuiltShop
) -> None:
    """Else this build has it in one raw table and not in another, and a test fails."""

    def delivery(order: str, payment: str) -> Path:
        return built.delivery(
            orders=f"{ORDERS_HEAD}\n{order}",
            payments=f"payment_id,payment_status\n{payment},PAID",
        )

    def taken() -> list[Any]:
        return shop.query(
            """select record_key from raw.raw_orders
            union all select record_key from raw.raw_payments order by 1"""
        )

    build = ["build", "--select", "+assert_what_came_in_reconciles", "--threads=1"]
    build += ["--exclude-resource-type=seed", "--indirect-selection=empty"]
    built.land(delivery(O1, "P1"))
    assert built.dbt(*build).returncode == 0
    built.land(delivery(O2, "P2"))
    with (
        ThreadPoolExecutor(1) as pool,
        contextlib.closing(psycopg2.connect("")) as hold,
    ):
        # readers pass, and dbt waits with what it has read for the first of them
        hold.cursor().execute(
            "lock table raw.raw_orders, raw.raw_payments in share mode"
        )
        running = pool.submit(built.dbt, *build)
        while shop.query(WAITING) == [0] and not running.done():
            time.sleep(0.1)
        built.land(delivery(O3, "P3"))
        hold.rollback()
        assert running.result().returncode == 0, running.result().stdout
    assert taken() == ["O1", "O2", "P1", "P2"]
    assert built.dbt(*build).returncode == 0
    assert taken() == ["O1", "O2", "O3", "P1", "P2", "P3"]


def test_dbt_and_landing_make_the_same_tables(
    shop: PostgresShop, built: BuiltShop
) -> None:
    """Whichever comes first; and a seed waits for a landing that is under way."""
    shop.land_file(orders_csv=ORDERS + ROW)
    of_landing = shop.query(KINDS)
    shop.run(["drop schema landing, truth cascade"])
    assert built.dbt("seed", "--select", "users").returncode == 0
    assert shop.query(KINDS) == of_landing
    assert shop.land() == 0
    assert "rows of the demo left landing" in shop.out
    assert shop.query(KINDS) == of_landing
    refused = built.dbt("seed", "--select", "users")
    assert "this warehouse holds deliveries landed by" in refused.stdout

"""Published gold: readers go on while editions come, and see each of them whole."""

import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import publish
from clustr.feeds import PROJECT
from publishing import editions
from shop import Shop

EDITIONS = 10
ROWS = 50_000
Edition = tuple[int, ...]

# A small warehouse whose tables all say which edition they are of.
SETUP = f"""
    create schema audit; create schema gold;
    create table audit.pipeline_execution_log (
        execution_id varchar, batch_id bigint, process_name varchar, status varchar,
        error_message varchar
    );
    create table audit.pipeline_node_log (
        execution_id varchar, node_name varchar, process_name varchar, status varchar,
        error_message varchar
    );
    create table audit.proven_tests (test_name varchar, layer varchar, load_id bigint);
    create table gold.sales_summary_daily as select 0 as edition;
    create table gold.a_large_table as
        select 0 as edition, range as row from range({ROWS});
    create table gold.z_last as select 0 as edition, 12.30::decimal(18, 2) as amount;
    create view gold.a_view as select 1 as one;
"""
NAMES = ["a_large_table", "sales_summary_daily", "z_last"]


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "it's a shop.duckdb"
    change(path, SETUP)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("CLUSTR_GOLD_PATH", raising=False)
    return path


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def build(path: Path, number: int) -> None:
    """Build the next edition, and log it."""
    tables = "; ".join(f"update gold.{name} set edition = {number}" for name in NAMES)
    logged = ", ".join(
        f"('run {number}', {number}, 'Aggregate_Gold', '{status}', null)"
        for status in ("STARTED", "SUCCESS")
    )
    change(path, f"{tables}; insert into audit.pipeline_execution_log values {logged}")


def folder_of(warehouse: Path) -> Path:
    return warehouse.with_name("it's a shop_gold_parquet")


def manifest_of(warehouse: Path) -> dict[str, Any]:
    text = (folder_of(warehouse) / "manifest.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def from_duckdb(warehouse: Path) -> Edition:
    """The edition that each table of the published DuckDB file is of."""
    file = warehouse.with_name("it's a shop_gold.duckdb")
    with duckdb.connect(str(file), read_only=True) as connection:
        return editions_of([f"gold.{name}" for name in NAMES], connection)


def from_manifest(warehouse: Path) -> Edition:
    """Likewise of the Parquet files that the manifest names, and the manifest."""
    manifest = manifest_of(warehouse)
    files = [
        f"'{folder_of(warehouse) / table['file']}'".replace("it's", "it''s")
        for table in manifest["tables"]
    ]
    with duckdb.connect() as connection:
        return (manifest["edition"], *editions_of(files, connection))


def from_latest(warehouse: Path) -> Edition:
    """Likewise of one file under `latest`, which tools without a manifest read."""
    file = folder_of(warehouse) / "latest" / "a_large_table.parquet"
    with duckdb.connect() as connection:
        return editions_of([f"'{file}'".replace("it's", "it''s")], connection)


def editions_of(tables: list[str], connection: duckdb.DuckDBPyConnection) -> Edition:
    found: list[int] = []
    for table in tables:
        sql = f"select min(edition), max(edition) from {table}"
        found += connection.execute(sql).fetchall()[0]
    return tuple(found)


@pytest.mark.parametrize("read", [from_duckdb, from_manifest, from_latest])
def test_who_reads_while_editions_come_sees_each_whole(
    warehouse: Path, read: Callable[[Path], Edition]
) -> None:
    build(warehouse, 1)
    assert publish.main([]) == 0
    seen: list[Edition] = []
    is_over = threading.Event()

    def go_on_reading() -> None:
        while not is_over.is_set():
            seen.append(read(warehouse))

    with ThreadPoolExecutor() as pool:
        reader = pool.submit(go_on_reading)
        for number in range(2, EDITIONS + 1):
            build(warehouse, number)
            assert publish.main([]) == 0
            read_before = len(seen)
            while len(seen) < read_before + 2 and not reader.done():
                time.sleep(0.001)
        is_over.set()
        reader.result()
    mixtures = [edition for edition in seen if len(set(edition)) != 1]
    assert mixtures == []
    assert [numbers[0] for numbers in seen] == sorted(n[0] for n in seen)
    assert {numbers[0] for numbers in seen} >= set(range(2, EDITIONS + 1))


def test_the_manifest_describes_every_file(
    demo_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.duckdb"
    shutil.copy(demo_shop.warehouse, path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.setenv("CLUSTR_GOLD_PATH", str(tmp_path / "for_bi.duckdb"))
    assert publish.main([]) == 0
    folder = tmp_path / "for_bi_parquet"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["edition"], manifest["build"]) == (1, 1)
    assert datetime.fromisoformat(manifest["published_at"]).tzinfo is not None
    assert manifest["duckdb"] == "for_bi.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute(f"attach '{tmp_path / manifest['duckdb']}' as copy")
        tables = connection.execute(
            "select table_name from duckdb_tables()"
            " where schema_name = 'gold' and database_name = 'shop' order by 1"
        ).fetchall()
        assert [table["name"] for table in manifest["tables"]] == [n for (n,) in tables]
        for table in manifest["tables"]:
            file = folder / table["file"]
            content = file.read_bytes()
            assert len(content) == table["bytes"]
            assert hashlib.sha256(content).hexdigest() == table["sha256"]
            for copy in (f"'{file}'", f"copy.gold.{table['name']}"):
                both = f"gold.{table['name']}", copy
                for one, other in (both, both[::-1]):
                    sql = f"from {one} except all from {other}"
                    assert connection.execute(sql).fetchall() == []
            described = connection.execute(f"describe '{file}'").fetchall()
            assert {row[0]: row[1] for row in described} == table["columns"]
            count = f"select count(*) from '{file}'"
            assert connection.execute(count).fetchall() == [(table["rows"],)]


def test_drivers_of_duckdb_1_can_read_the_file(warehouse: Path) -> None:
    build(warehouse, 1)
    assert publish.main([]) == 0
    header = warehouse.with_name("it's a shop_gold.duckdb").read_bytes()[:20]
    # number of the storage version that DuckDB 1.0 writes
    assert (header[8:12], int.from_bytes(header[12:], "little")) == (b"DUCK", 64)


def test_what_a_killed_publish_left_is_cleared_away(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(warehouse, 1)
    assert publish.main([]) == 0

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("write", "put_in_place", "forget"):
        with monkeypatch.context() as patch:
            patch.setattr(editions, step, die)
            with pytest.raises(KeyboardInterrupt):
                publish.main([])
        assert len(set(from_duckdb(warehouse) + from_manifest(warehouse)[1:])) == 1
    left = warehouse.with_name(".it's a shop_gold.duckdb-killed")
    (left / "parquet").mkdir(parents=True)
    build(warehouse, 2)
    assert publish.main([]) == 0
    assert not list(warehouse.parent.glob(".it's*"))
    assert set(from_duckdb(warehouse) + from_manifest(warehouse)[1:]) == {2}


def test_editions_are_kept_for_an_hour_after_the_next(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(warehouse, 1)
    for _ in range(3):
        assert publish.main([]) == 0
    folder = folder_of(warehouse)
    assert list(editions.editions(folder)) == [1, 2, 3]
    monkeypatch.setattr(editions, "KEPT", editions.KEPT * 0)
    assert publish.main([]) == 0
    assert list(editions.editions(folder)) == [4]
    assert (folder / "latest").resolve() == (folder / "edition_4").resolve()


def test_two_at_once_come_one_after_the_other(warehouse: Path) -> None:
    build(warehouse, 1)
    command = [sys.executable, str(PROJECT / "scripts" / "publish.py")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    for process in both:
        process.communicate()
        assert process.returncode == 0
    assert list(editions.editions(folder_of(warehouse))) == [1, 2]
    assert manifest_of(warehouse)["edition"] == 2

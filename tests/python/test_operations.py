"""What an operator runs between builds: the log, its shortening, the published gold."""

import shutil
from pathlib import Path

import duckdb
import pytest

import prune_audit
import publish
import runs
from shop import Shop

PROCESSES = 4


@pytest.fixture
def warehouse(demo_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The built demo as a file of the test's own."""
    path = tmp_path / "shop.duckdb"
    shutil.copy(demo_shop.warehouse, path)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("CLUSTR_GOLD_PATH", raising=False)
    return path


def change(path: Path, sql: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(sql)


def value(path: Path, sql: str) -> object:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()[0][0]


def add_build(path: Path, number: int, status: str | None) -> None:
    """Log a build of gold alone: started, and ended as `status` says unless None."""
    rows = f"""
        ('run {number}', {number}, 'Aggregate_Gold', 'STARTED', null),
        ('run {number}', {number}, 'Aggregate_Gold', '{status}', 'some test: 3 rows')
    """
    change(
        path,
        f"""insert into audit.pipeline_execution_log (
            execution_id, batch_id, process_name, status, error_message, start_time
        )
        select *, timestamp '2025-01-01 00:00:00'
        from (values {rows}) as log (a, b, c, d, e)
        where d != 'None'""",
    )


def test_runs_are_listed_newest_first(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_build(warehouse, 2, None)
    assert runs.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[0] == "2"
    assert "STARTED" in lines[1]
    assert [line.split()[0] for line in lines[2:]] == ["1"] * PROCESSES
    assert all("SUCCESS" in line for line in lines[2:])
    assert runs.main(["--last", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_of_builds_that_is_none_is_refused(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        runs.main(["--last", number])
    assert "is not a whole number above 0" in capsys.readouterr().err


def test_pruning_keeps_the_newest_builds(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (2, 3):
        add_build(warehouse, number, "SUCCESS")
    change(
        warehouse,
        "insert into audit.pipeline_node_log (execution_id, node_name)"
        " values ('run 3', 'kept'), ('a run of audit alone', 'gone')",
    )
    assert prune_audit.main(["--keep", "2"]) == 0
    nodes = "select string_agg(node_name) from audit.pipeline_node_log"
    assert value(warehouse, nodes) == "kept"
    builds = "select list(distinct batch_id order by batch_id)"
    assert value(warehouse, f"{builds} from audit.pipeline_execution_log") == [2, 3]
    capsys.readouterr()
    assert prune_audit.main(["--keep", "2"]) == 0
    assert "pipeline_execution_log: 0 rows deleted" in capsys.readouterr().out


def test_pruning_without_a_warehouse_makes_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "none.duckdb"
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    assert prune_audit.main(["--keep", "1"]) == 2
    assert "no warehouse here" in capsys.readouterr().err
    assert not path.exists()


def test_readers_keep_the_published_gold_they_have_open(warehouse: Path) -> None:
    assert publish.main([]) == 0
    published = warehouse.with_name("shop_gold.duckdb")
    count = "select count(*) from gold.sales_summary_daily"
    days = value(warehouse, count)
    with duckdb.connect(str(published), read_only=True) as reader:
        change(warehouse, "delete from gold.sales_summary_daily where units > 0")
        assert publish.main([]) == 0
        assert reader.execute(count).fetchall() == [(days,)]
    assert value(published, count) == value(warehouse, count) != days
    assert not list(published.parent.glob(".shop_gold*"))


@pytest.mark.parametrize("status", ["FAILED", None])
def test_gold_of_a_failed_build_is_not_published(
    warehouse: Path, status: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    add_build(warehouse, 2, status)
    assert publish.main([]) == 1
    reason = "some test: 3 rows" if status else "it has not ended"
    assert f"not published: build 2 failed: {reason}" in capsys.readouterr().err
    assert not warehouse.with_name("shop_gold.duckdb").exists()
    # a build of a part of gold says nothing of the rest
    add_build(warehouse, 3, "SUCCESS")
    assert publish.main([]) == 1
    change(
        warehouse,
        """insert into audit.pipeline_node_log
        select * replace ('run 3' as execution_id) from audit.pipeline_node_log""",
    )
    assert publish.main([]) == 0


def test_a_failed_test_on_gold_holds_it_back(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(
        warehouse,
        """insert into audit.pipeline_node_log
            (execution_id, node_name, status, error_message)
        select distinct execution_id, 'unique_x', 'FAIL', 'Got 1 result'
        from audit.pipeline_execution_log""",
    )
    assert publish.main([]) == 1
    assert "unique_x: Got 1 result" in capsys.readouterr().err
    assert runs.main([]) == 0
    assert "unique_x: Got 1 result" in capsys.readouterr().out
    add_build(warehouse, 2, "SUCCESS")
    assert publish.main([]) == 1
    change(warehouse, "insert into audit.proven_tests values ('unique_x', '', 2)")
    assert publish.main([]) == 0


def test_the_warehouse_is_never_published_over_itself(
    warehouse: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = warehouse.read_bytes()
    link = warehouse.with_name("link.duckdb")
    link.symlink_to(warehouse)
    for path in (warehouse, link):
        monkeypatch.setenv("CLUSTR_GOLD_PATH", str(path))
        assert publish.main([]) == 2
        assert "is the warehouse itself" in capsys.readouterr().err
    assert warehouse.read_bytes() == before


def test_a_target_that_cannot_be_written_leaves_the_old_one(
    warehouse: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_GOLD_PATH", str(tmp_path / "missing" / "gold.duckdb"))
    assert publish.main([]) == 2
    assert "missing/gold.duckdb" in capsys.readouterr().err

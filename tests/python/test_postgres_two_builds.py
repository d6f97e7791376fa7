"""Two builds on one PostgreSQL warehouse: one builds, the other says why not."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import prune_audit
from postgres_shop import PostgresShop, Server, connected

BUILD = (
    *("build", "--select", "+fact_orders"),
    *("--exclude-resource-types", "test", "unit_test"),
)
RUNNING = "another build of this warehouse is running, started by "
GATE = "lock table pg_catalog.pg_namespace in access exclusive mode"
WAITING = """
    select count(distinct pid) from pg_locks
    where not granted and relation = 'pg_catalog.pg_namespace'::regclass
"""
DOUBLED = """
    select record_key, row_hash, batch_id from raw.raw_orders
    group by record_key, row_hash, batch_id having count(*) > 1
    union all
    select order_id, '', 0 from curated.fact_orders
    group by order_id having count(*) > 1
"""
HELD_UP = """
    select pid from pg_locks
    where not granted and relation = 'curated.fact_orders'::regclass
"""
NEWEST_ENDS = """
    select status, error_message from audit.pipeline_execution_log
    where process_name = 'Load_Facts' and status != 'STARTED'
    order by batch_id desc, end_time desc
"""
DEADLINE = 120


@pytest.fixture(scope="module")
def shop(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> PostgresShop:
    """A database in which nothing was built yet."""
    return PostgresShop(tmp_path_factory.mktemp("two_builds_shop"), postgres_server)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def lease_is_taken(shop: PostgresShop) -> bool:
    (table,) = shop.rows("select to_regclass('audit.build_lease') is not null")[0]
    return bool(table) and bool(shop.rows("select 1 from audit.build_lease"))


def expect_built_once(shop: PostgresShop) -> None:
    assert shop.rows(DOUBLED) == []
    assert shop.value("select count(*) from raw.raw_orders") == 1029
    assert not lease_is_taken(shop)


def run_alone(shop: PostgresShop) -> str:
    result = shop.dbt(*BUILD)
    assert result.returncode == 0, result.stdout
    return result.stdout


@pytest.mark.parametrize("run", ["on nothing", "again", "with all anew"])
def test_of_two_started_together_one_builds(
    shop: PostgresShop, tmp_path: Path, run: str
) -> None:
    """Both are held up at their first look at the catalog, then let go at once."""
    arguments = (*BUILD, *(("--full-refresh",) if run == "with all anew" else ()))
    logs = [tmp_path / f"{number}.log" for number in (1, 2)]
    with closing(connected(shop.server)) as gate, gate.cursor() as cursor:
        cursor.execute(f"begin; {GATE}")
        builds = [shop.start_dbt(*arguments, log=log) for log in logs]

        def both_wait() -> bool:
            cursor.execute(WAITING)
            return bool(cursor.fetchall()[0][0] >= len(builds))

        wait_until(both_wait)
        cursor.execute("commit")
    codes = [build.wait(DEADLINE) for build in builds]
    texts = [log.read_text() for log in logs]
    assert sorted(codes) == [0, 1], texts
    refused = texts[codes.index(1)]
    assert RUNNING in refused and "Error in model" not in refused
    expect_built_once(shop)


def test_a_killed_build_leaves_no_lease_behind(
    shop: PostgresShop, tmp_path: Path
) -> None:
    build = shop.start_dbt(*BUILD, "--full-refresh", log=tmp_path / "killed.log")
    wait_until(lambda: lease_is_taken(shop))
    time.sleep(1)
    os.kill(build.pid, signal.SIGKILL)
    build.wait()
    assert lease_is_taken(shop)
    started = time.monotonic()
    run_alone(shop)
    assert time.monotonic() - started > 5
    expect_built_once(shop)


def test_a_build_that_lost_its_lease_writes_no_more(
    shop: PostgresShop, tmp_path: Path
) -> None:
    log = tmp_path / "lost.log"
    build = shop.start_dbt(*BUILD, "--full-refresh", log=log)
    wait_until(lambda: lease_is_taken(shop))
    shop.rows("update audit.build_lease set execution_id = 'of another'")
    assert build.wait(DEADLINE) == 1
    assert "another build took over" in log.read_text()
    shop.rows("delete from audit.build_lease")
    run_alone(shop)
    expect_built_once(shop)


@pytest.mark.parametrize(
    "work",
    [
        '/* {"node_id": "test.clustr.some_test"} */ select 1',
        "select pg_advisory_xact_lock_shared(1129076051)",
    ],
)
def test_a_build_at_work_is_named(shop: PostgresShop, work: str) -> None:
    run_alone(shop)
    lease = "values ('first', 'ann', timestamp '2025-01-02 03:04:05')"
    shop.rows(f"insert into audit.build_lease {lease}")
    with closing(connected(shop.server)) as first, first.cursor() as cursor:
        cursor.execute(f"begin; {work}")
        result = shop.dbt(*BUILD)
        assert result.returncode == 1
        pid = first.get_backend_pid()
        line = f"{RUNNING}ann at 2025-01-02 03:04:05 (server process {pid}); wait"
        assert line in result.stdout
    assert shop.value("select taken_by from audit.build_lease") == "ann"
    shop.rows("delete from audit.build_lease")


def test_commands_that_write_no_table_need_no_lease(shop: PostgresShop) -> None:
    run_alone(shop)
    shop.rows("insert into audit.build_lease values ('first', 'ann', now())")
    result = shop.dbt("test", "--select", "unique_fact_orders_order_id")
    assert result.returncode == 0, result.stdout
    shop.rows("delete from audit.build_lease")


def test_a_build_whose_connection_is_cut_fails_and_the_next_mends_it(
    shop: PostgresShop, tmp_path: Path
) -> None:
    run_alone(shop)
    log = tmp_path / "cut.log"
    with closing(connected(shop.server)) as gate, gate.cursor() as cursor:
        cursor.execute("begin; lock table curated.fact_orders in exclusive mode")
        build = shop.start_dbt(*BUILD, "--full-refresh", log=log)
        wait_until(lambda: bool(shop.rows(HELD_UP)))
        for (pid,) in shop.rows(HELD_UP):
            shop.rows(f"select pg_terminate_backend({pid})")
        cursor.execute("commit")
    assert build.wait(DEADLINE) == 1
    assert "fact_orders" in log.read_text()
    status, message = shop.rows(NEWEST_ENDS)[0]
    assert status == "FAILED" and "fact_orders" in message and "connection" in message
    run_alone(shop)
    assert shop.rows(NEWEST_ENDS)[0] == ("SUCCESS", None)
    expect_built_once(shop)


def test_old_builds_are_forgotten_here_as_well(
    shop: PostgresShop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in shop.server.items():
        monkeypatch.setenv(name, value)
    builds = (
        "select distinct batch_id from audit.pipeline_execution_log"
        " order by batch_id desc"
    )
    before = shop.rows(builds)
    assert len(before) > 1
    assert prune_audit.main(["--keep", "1", "--target", "postgres"]) == 0
    assert shop.rows(builds) == before[:1]
    assert shop.rows("select * from audit.pipeline_watermark") != []
    capsys.readouterr()
    assert prune_audit.main(["--keep", "1", "--target", "postgres"]) == 0
    assert "pipeline_execution_log: 0 rows deleted" in capsys.readouterr().out

"""The chaos sweep: a few of its kill points, its table, and that it sees faults."""

import signal
import subprocess
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

import chaos
from clustr.feeds import PROJECT
from proving.invariants import (
    RunLog,
    leftovers,
    logged_twice,
    read_batch_columns,
    successes_without_data,
    unfounded_successes,
    untrue_ends,
    watermarks_ahead,
)
from proving.kill_points import Outcome, in_fork
from proving.statements import PHASES, Counter, Statement, phases, watch
from shop import WITHOUT_COVERAGE, Shop


def test_sampled_kill_points_converge(tmp_path: Path) -> None:
    table = tmp_path / "table.md"
    result = subprocess.run(
        [
            # what it forks would be slowed down and not measured
            *WITHOUT_COVERAGE,
            *(sys.executable, PROJECT / "scripts" / "chaos.py"),
            *("--sample", "3", "--jobs", "2", "--markdown", table),
        ],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert result.stdout.splitlines()[-1].split() == ["all", "3", "3", "0"]
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "| phase | kill points | converged | diverged |"
    assert len(lines) == len(PHASES) + len(("heading", "rule", "all"))


def test_a_kill_point_that_diverges_is_counted_in_its_phase() -> None:
    outcomes = [Outcome(1, ()), Outcome(2, ("gold.x: not as without the kill",))]
    rows = {row[0]: row[1:] for row in chaos.table(["raw", "gold"], outcomes)}
    assert rows["raw"] == ["1", "1", "0"]
    assert rows["gold"] == ["1", "0", "1"]
    assert rows["all"] == ["2", "1", "1"]


@pytest.mark.parametrize(
    ("count", "sample", "size"), [(700, 60, 60), (5, 9, 5), (5, None, 5), (9, 1, 1)]
)
def test_a_sample_is_spread_over_all_statements(
    count: int, sample: int | None, size: int
) -> None:
    for seed in range(20):
        numbers = chaos.spread(count, sample, seed)
        assert len(set(numbers)) == size and numbers == sorted(numbers)
        assert numbers[0] >= 1 and numbers[-1] <= count
        assert numbers[0] <= count / size + 1 and numbers[-1] > count - count / size


def test_hooks_before_and_after_the_nodes_are_told_apart() -> None:
    seen = [Statement(node, "") for node in ("", "operation.o", "model.m", "")]
    schemas = {"model.m": "gold", "operation.o": "public"}
    found = ["on-run-start", "on-run-start", "gold", "on-run-end"]
    assert phases(seen, schemas) == found


BUILD = """
create table sold as select 1 as piece; select count(*) from sold; begin transaction;
insert into sold values (2); insert into sold values (3); commit; delete from sold
"""
PIECES_LEFT = [1, 1, 1, 1, 1, 3, 0]


@pytest.mark.parametrize("last", range(1, 1 + len(PIECES_LEFT)))
def test_only_statements_that_commit_change_what_a_kill_leaves(
    last: int, tmp_path: Path
) -> None:
    path = tmp_path / "shop.duckdb"

    def build(counter: Counter) -> list[bool]:
        watch(counter)
        cursor: Any = DuckDBCursorWrapper
        cursor(duckdb.connect(path)).execute(BUILD)
        return [statement.commits for statement in counter.seen]

    log = tmp_path / "build.log"
    code, _ = in_fork(partial(build, Counter(last)), log)
    assert code == -signal.SIGKILL
    with duckdb.connect(path) as left:
        pieces = left.sql("select count(*) from sold").fetchall()
    assert pieces == [(PIECES_LEFT[last - 1],)]
    path.unlink()
    _, commits = in_fork(partial(build, Counter()), log)
    changes = [now != before for before, now in pairwise([None, *PIECES_LEFT])]
    assert commits == changes


@pytest.mark.parametrize("argument", ["--sample", "--jobs"])
def test_refuses_nothing_to_do(
    argument: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        chaos.main([argument, "0"])
    assert stop.value.code == 2
    assert f"{argument} must be at least 1, not 0" in capsys.readouterr().err


def test_a_sound_warehouse_breaks_no_promise(demo_shop: Shop) -> None:
    assert watermarks_ahead(demo_shop.rows, batch_columns(demo_shop)) == []
    assert successes_without_data(demo_shop.rows) == []
    assert logged_twice(demo_shop.rows) == []
    assert leftovers(demo_shop.rows) == []
    assert unfounded_successes(demo_shop.rows) == []


@pytest.fixture
def broken_shop(demo_shop: Shop, tmp_path: Path) -> Shop:
    """A copy of the demo to break."""
    shop = Shop(tmp_path)
    shop.warehouse.write_bytes(demo_shop.warehouse.read_bytes())
    return shop


def test_a_watermark_ahead_of_its_data_is_seen(
    broken_shop: Shop, demo_shop: Shop
) -> None:
    known = batch_columns(demo_shop)
    assert known["raw.raw_orders"] == "batch_id"
    change(broken_shop, "delete from raw.raw_orders")
    change(
        broken_shop,
        "insert into audit.pipeline_watermark (process_name, last_batch_id)"
        " values ('gone', 1);"
        "update audit.pipeline_watermark set last_batch_id = 7"
        " where process_name = 'Extract_Source_to_Raw'",
    )
    assert sorted(watermarks_ahead(broken_shop.rows, known)) == [
        "watermark of Extract_Source_to_Raw is 7, but its data end at 1",
        "watermark of gone is 1, but its data end at 0",
        "watermark of gone: there is no such table",
        "watermark of raw_orders is 1, but its data end at 0",
    ]


def test_a_success_without_its_data_is_seen(broken_shop: Shop) -> None:
    change(broken_shop, "delete from gold.top_customers")
    change(broken_shop, "drop table gold.top_products")
    lines = sorted(successes_without_data(broken_shop.rows))
    assert lines[0].startswith("gold.top_customers: logged with ")
    assert lines[1:] == ["gold.top_products: logged as built, but is not there"]


def test_a_success_without_all_its_nodes_is_seen(broken_shop: Shop) -> None:
    change(broken_shop, "update audit.pipeline_execution_log set execution_id = 'run'")
    (line,) = {x.split(",")[0] for x in unfounded_successes(broken_shop.rows)[-1:]}
    assert line.endswith(" of run run: SUCCESS")


def test_a_relation_left_behind_is_seen(broken_shop: Shop) -> None:
    change(broken_shop, "create table gold.x__dbt_backup as select 1 as y")
    assert leftovers(broken_shop.rows) == [
        "gold.x__dbt_backup: left by a build that did not end"
    ]


def test_a_node_logged_twice_is_seen(broken_shop: Shop) -> None:
    log = "audit.pipeline_node_log"
    change(
        broken_shop,
        f"insert into {log} select * from {log} where node_name = 'dim_customers'",
    )
    (line,) = logged_twice(broken_shop.rows)
    assert line.startswith("dim_customers: logged 2 times in run ")


def test_an_untrue_log_is_seen() -> None:
    started, ended = ("r1", "Load", "STARTED"), ("r1", "Load", "FAILED")
    killed = RunLog((started,))
    assert untrue_ends(killed, RunLog((started, ended))) == []
    assert untrue_ends(killed, killed) == [
        "Load of killed run r1 ended [], not once FAILED"
    ]
    twice = RunLog((started, ended, ("r1", "Load", "SUCCESS")))
    assert len(untrue_ends(killed, twice)) == 1
    assert len(untrue_ends(RunLog((started, ended)), twice)) == 1
    assert "changed or deleted" in untrue_ends(killed, RunLog((ended,)))[0]


def batch_columns(shop: Shop) -> dict[str, str]:
    """The columns of batch numbers, as dbt wrote them when it built the shop."""
    return read_batch_columns(shop.folder / "target" / "manifest.json")


def change(shop: Shop, sql: str) -> None:
    """Put a fault into a warehouse."""
    with duckdb.connect(str(shop.warehouse)) as connection:
        connection.execute(sql)

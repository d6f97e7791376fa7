"""The benchmark on PostgreSQL, and the node that it finds a plan to spend time in."""

import math
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest

import benchmark
from benchmarking import server
from benchmarking.plans import Plan, PlanNode, run_again, worst_node
from benchmarking.run_results import Node
from benchmarking.server import Server, find_server
from clustr.console import ClustrError
from postgres_shop import Server as Variables
from postgres_shop import query
from proving.postgres_database import PostgresDatabase
from shop import run_main

pytestmark = pytest.mark.postgres

LINES = 1_000
LAYERS = ("raw", "staging", "curated", "gold")


@pytest.fixture(scope="module")
def led(postgres_server: Variables) -> Iterator[Variables]:
    """The throwaway server, to which the environment leads."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in postgres_server.items():
            patch.setenv(name, value)
        yield postgres_server


@pytest.fixture(scope="module")
def output(led: Variables, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a small run prints."""
    folder = tmp_path_factory.mktemp("benchmark") / "kept"
    arguments = ("--lines", str(LINES), "--target", "postgres", "--keep", folder)
    result = run_main(benchmark.main, *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("by_dbt", "by_hand", "empty"):
        assert not PostgresDatabase(folder / f"{name}.duckdb").exists()
    return result.stdout


def test_every_stage_and_layer_has_its_line(output: str) -> None:
    assert output.startswith(f"{LINES:,} order lines, PostgreSQL ")
    names = ["generate", r"start-up \(dbt build of nothing\)", "land", "dbt build"]
    names += [f"  {layer}" for layer in (*LAYERS, "tests", "landing")]
    names += ["by hand", "land the day", "dbt build of the day"]
    for name in names:
        assert re.search(rf"^{name} +[\d,.]+ +([\d,.]+|-) ", output, re.MULTILINE), name


def test_the_server_s_processor_time_counts(output: str) -> None:
    assert "nan" not in output
    ratio = r"= [\d.]+ of the time, [\d.]+ of the processor time \(aim: 3\.0\)"
    assert re.search(ratio, output) or "too little work" in output


def test_dbt_and_the_sql_by_hand_agree(output: str) -> None:
    table, _, _ = output.partition("\nagreement")[2].partition("\n\n")
    lines = table.splitlines()[1:]
    assert len(lines) == 20
    assert all(line.endswith("  agrees") for line in lines)


def test_names_the_worst_node_of_a_model_s_plan(output: str) -> None:
    of_the_build, of_the_day = output.split("\nworst plan node ")[1:]
    for part in (of_the_build, of_the_day):
        lines = part.splitlines()
        assert re.fullmatch(r"\w.* +\w+( +[\d,]+){4}", lines[1])
        assert lines[2].startswith("it reads: ")


def test_what_a_server_does_is_measured(led: Variables) -> None:
    found = find_server()
    before = found.cpu_seconds()
    query(led, "select count(*) from generate_series(1, 3000000)")
    assert found.cpu_seconds() - before >= 0.1
    assert len(found.processes()) > 1


def test_the_time_of_a_process_that_ends_meanwhile_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none = ["0"] * (server.OWN_AND_ENDED_CHILDREN.stop - 1)
    running = {1: [*none, "0"], 2: [*none, "500"]}

    def told_late(pid: int) -> list[str]:
        told = running.get(pid, [])
        if pid == 1 and running.pop(2, []):
            # it ends right after its parent was asked, which is told of its time
            running[1] = [*none, "500"]
        return told

    monkeypatch.setattr(server, "_stat", told_late)
    monkeypatch.setattr(Server, "processes", lambda _: sorted(running))
    assert Server(1).cpu_seconds() == 500 / os.sysconf("SC_CLK_TCK")


def test_a_server_elsewhere_has_no_processor_time_here() -> None:
    assert math.isnan(Server(None).cpu_seconds())
    assert Server(None).processes() == []


def test_a_server_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@127.0.0.1:1/mine")
    assert benchmark.main(["--lines", "1000", "--target", "postgres"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "me@127.0.0.1:1" in line


def plan(kind: str, total: float, *plans: Plan, **said: Any) -> Plan:
    """A node that ran once and gave ten rows, unless it says otherwise."""
    node = {"Node Type": kind, "Actual Total Time": total, "Plans": list(plans)}
    return {**node, "Actual Loops": 1, "Actual Rows": 10, **said}


def scan(table: str, total: float, **said: Any) -> Plan:
    names = {"Schema": "curated", "Relation Name": table}
    return plan("Seq Scan", total, **{**names, **said})


def beside(name: str, below: Plan) -> Plan:
    """A query that is listed under a node which need not be the one to wait for it."""
    return {**below, "Parent Relationship": "InitPlan", "Subplan Name": name}


SORT = plan(
    "Sort",
    100,
    plan("Hash Join", 80, scan("lines", 30), plan("Hash", 40, scan("orders", 35))),
)
JOIN = plan("Hash Join", 80, scan("lines", 20), plan("Hash", 10, scan("orders", 9)))
LOOP = plan(
    "Nested Loop",
    100,
    scan("orders", 8),
    scan("lines", 0.09, **{"Actual Loops": 1000, "Actual Rows": 2}),
)
GATHER = plan(
    "Gather",
    75,
    scan("lines", 45, **{"Actual Loops": 3, "Actual Rows": 500}),
    **{"Workers Launched": 2},
)
CTE = plan(
    "Hash Join",
    100,
    beside("CTE totals", scan("lines", 70)),
    plan("CTE Scan", 75, **{"CTE Name": "totals"}),
    scan("orders", 20),
)


def single_value(name: str, mark: str) -> Plan:
    """The scan of lines waits 60 ms of its 100 for the greatest day of orders."""
    newest = plan("Aggregate", 60, scan("orders", 55))
    return plan(
        "Aggregate",
        105,
        beside(name, newest),
        scan("lines", 100, Filter=f"(day = {mark})"),
    )


@pytest.mark.parametrize(
    ("whole", "worst"),
    [
        (SORT, PlanNode("Seq Scan", "curated.orders", 35, 10)),
        (JOIN, PlanNode("Hash Join", "curated.lines, curated.orders", 50, 10)),
        (LOOP, PlanNode("Seq Scan", "curated.lines", 90, 2000)),
        (GATHER, PlanNode("Seq Scan", "curated.lines", 45, 1500)),
        (CTE, PlanNode("Seq Scan", "curated.lines", 70, 10)),
        (
            single_value("InitPlan 1", "(InitPlan 1).col1"),
            PlanNode("Seq Scan", "curated.orders", 55, 10),
        ),
        (
            single_value("InitPlan 1 (returns $0)", "$0"),
            PlanNode("Seq Scan", "curated.orders", 55, 10),
        ),
    ],
    ids=["total", "join", "loops", "workers", "cte", "value", "value before 17"],
)
def test_the_worst_node_has_most_time_of_its_own(whole: Plan, worst: PlanNode) -> None:
    found = worst_node(whole)
    assert found.own_ms == pytest.approx(worst.own_ms)
    assert (found.kind, found.relation, found.rows) == (
        (worst.kind, worst.relation, worst.rows)
    )


def test_the_slowest_model_that_can_be_run_again_is_explained() -> None:
    def ask(text: str) -> list[tuple[Any, ...]]:
        if "hooked" in text:
            raise ClustrError("a table of its hooks is missing")
        assert text.startswith("explain (analyze, ")
        return [([{"Plan": scan(text.rsplit(maxsplit=1)[-1], 5)}],)]

    nodes = [
        Node("quick", "gold", 1, 0, 1, "select from quick"),
        Node("slow", "gold", 2, 0, 2, "select from slow"),
        Node("hooked", "gold", 3, 0, 3, "select from hooked"),
        Node("in_python", "gold", 4, 0, 4),
        Node("a_test", "tests", 5, 0, 5, "select from test"),
    ]
    found = run_again(ask, nodes)
    assert found is not None
    assert (found[0].name, found[1]["Relation Name"]) == ("slow", "slow")
    assert run_again(ask, nodes[2:]) is None

"""The command that draws arms: from either engine, the same again, one line if not."""

import json
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

import assign_deal
from clustr.allocation import Assignment, Sharing, assign
from postgres_shop import Server, new_database, query
from shop import run_main
from test_allocation import CLOSE, SURE, arms_of, next_weights, p_value, prob_best

COLUMNS = """
    project_id text, bandit_id text, alpha double precision, beta double precision,
    prob_best double precision, next_weight double precision,
    floor_share double precision, top_two double precision, is_exploring boolean,
    allocation_version text, as_of timestamp
"""


def statements() -> list[str]:
    """A schema and table with two projects, whose rows are in no order."""
    sharing = Sharing(0.05, 0.5)
    weights = next_weights(prob_best(CLOSE), sharing)
    rows = [
        f"('P1', '{arm.bandit_id}', {arm.alpha}, {arm.beta}, null,"
        f" {arm.next_weight!r}, 0.05, 0.5, false, 'v1', null)"
        for arm in reversed(arms_of(CLOSE, weights))
    ]
    rows += [
        f"('it''s', 'B{i}', 1, 1, null, 0.5, 0.05, 0.5, true, 'v2', null)"
        for i in (8, 9)
    ]
    table = assign_deal.TABLE
    return [
        "create schema gold",
        f"create table {table} ({COLUMNS})",
        f"insert into {table} values {', '.join(rows)}",
    ]


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        for statement in statements():
            connection.execute(statement)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    monkeypatch.delenv("DBT_TARGET", raising=False)
    return path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_main(assign_deal.main, *arguments)


def lines(*arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_prints_a_line_per_draw_and_changes_nothing(warehouse: Path) -> None:
    before = warehouse.read_bytes()
    drawn = lines("P1", "--count", "5000", "--seed", "4")
    assert warehouse.read_bytes() == before
    assert len(drawn) == 5000
    assert list(drawn[0]) == ["project_id", "bandit_id", "propensity", "version"]
    assert {(row["project_id"], row["version"]) for row in drawn} == {("P1", "v1")}
    arms = arms_of(CLOSE, next_weights(prob_best(CLOSE), Sharing(0.05, 0.5)))
    said = [Assignment(row["bandit_id"], row["propensity"]) for row in drawn]
    assert p_value(arms, said) > SURE
    assert {(one.bandit_id, one.propensity) for one in said} == {
        (arm.bandit_id, arm.next_weight) for arm in arms
    }


def test_seeds_and_customers_repeat_and_nothing_else(warehouse: Path) -> None:
    many = ("P1", "--count", "50")
    assert lines(*many, "--seed", "4") == lines(*many, "--seed", "4")
    assert lines(*many, "--seed", "4") != lines(*many, "--seed", "5")
    assert lines(*many) != lines(*many)
    assert lines(*many, "--customer", "C1") == lines(*many, "--customer", "C1")
    assert lines(*many, "--customer", "C1") != lines(*many, "--customer", "C2")
    before = lines(*many, "--customer", "C1")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"update {assign_deal.TABLE} set allocation_version = 'v3'")
    assert [row["bandit_id"] for row in lines(*many, "--customer", "C1")] != [
        row["bandit_id"] for row in before
    ]


def test_customers_together_are_shown_arms_by_their_weights() -> None:
    sharing = Sharing(0.05, 0.5)
    arms = arms_of(CLOSE, next_weights(prob_best(CLOSE), sharing))
    drawn = []
    for i in range(4_000):
        rng = assign_deal.stream_of("P1", "v1", f"C{i}", None)
        drawn += assign(arms, rng, sharing)
    assert p_value(arms, drawn) > SURE


def test_an_id_may_hold_a_quote_and_exploring_is_read(warehouse: Path) -> None:
    (row,) = lines("it's")
    assert row["bandit_id"] in {"B8", "B9"} and row["propensity"] == 0.5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("", "gold.bandit_next_allocation: there is no project 'P9'"),
        ("delete from {}", "there is no project 'P9'"),
        ("drop table {}", "gold.bandit_next_allocation is missing; run `dbt build`"),
        ("update {} set project_id = 'P9', alpha = null", "B1: alpha is missing"),
        (
            "update {} set project_id = 'P9', top_two = 0.4",
            "is_exploring is False and True",
        ),
        (
            "update {} set project_id = 'P9', alpha = 0 where project_id = 'P1'",
            "bandit B1: alpha is 0",
        ),
        ("alter table {} drop column top_two", '"top_two" not found'),
    ],
)
def test_says_in_one_line_why_it_cannot(
    warehouse: Path, change: str, said: str
) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        if change:
            connection.execute(change.format(assign_deal.TABLE))
    result = run("P9")
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
    assert said in result.stderr


def test_no_warehouse_is_one_line_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(tmp_path / "none.duckdb"))
    assert "no warehouse here" in run("P1", "--target", "duckdb").stderr


@pytest.mark.parametrize("wrong", [("--count", "0"), ("--seed", "-1")])
def test_refuses_counts_and_seeds_below_their_least(
    wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        assign_deal.main(["P1", *wrong])
    assert error.value.code == 2
    assert f"{wrong[0]} {wrong[1]}: must be" in capsys.readouterr().err


@pytest.mark.postgres
def test_both_engines_give_the_same_draws(
    warehouse: Path,
    postgres_server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = new_database(postgres_server, tmp_path)
    for statement in statements():
        query(server, statement)
    many = ("P1", "--count", "50", "--seed", "4")
    expected = lines(*many)
    for name, value in server.items():
        monkeypatch.setenv(name, value)
    assert lines(*many, "--target", "postgres") == expected
    assert "there is no project" in run("P9", "--target", "postgres").stderr

"""The replay: a few days with a kill, and that it sees what it is there to see."""

import sys
from pathlib import Path

import duckdb
import pytest

import replay
from clustr.console import ClustrError
from proving.commands import SOONER, Workshop
from proving.days import Step, make_plan
from proving.duckdb_file import DuckdbFile, copy_warehouse
from proving.money import wrong_figures
from shop import run_main

DAYS = 3
PERIOD_DAYS = 14


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short replay that came out equal."""
    folder = tmp_path_factory.mktemp("replay") / "kept"
    result = run_main(
        replay.main,
        *("--days", str(DAYS), "--kill", "1", "--cut", "1", "--seed", "2"),
        *("--preset", "enterprise", "--no-tests", "--keep", folder),
        *("--refresh-daily", "--vars", f"recommendation_period_days: {PERIOD_DAYS}"),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].split()[:3] == ["day", "new", "late"]
    assert [line.split()[0] for line in lines[1 : DAYS + 1]] == ["1", "2", "3"]
    assert sum("not built" in line for line in lines) == len(("day", "summary"))
    assert lines[-2] == "3 days, 1 of them not built, 1 kills"
    assert lines[-1].startswith("verdict: EQUAL")
    return folder


def test_a_refresh_follows_each_build(kept: Path) -> None:
    log = (kept / "refresh" / "logs" / "dbt.log").read_text(encoding="utf-8")
    # one day is landed and not built
    assert log.count("Running with dbt=") == DAYS - 1


def test_variables_reach_the_builds_and_the_refresh(kept: Path) -> None:
    for warehouse in (DuckdbFile(kept / replay.FILE_NAME), refreshed(kept)):
        with warehouse.asking() as query:
            assert query(
                "select distinct cast(period_end - period_start as integer) + 1"
                " from intermediate.int_purchase_periods"
            ) == [(PERIOD_DAYS,)]


def refreshed(kept: Path) -> DuckdbFile:
    return DuckdbFile(kept / "refresh" / replay.FILE_NAME)


def broken_copy(kept: Path, tmp_path: Path, sql: str) -> DuckdbFile:
    """A copy of the replayed warehouse with a fault put in."""
    copy = tmp_path / replay.FILE_NAME
    copy_warehouse(kept / replay.FILE_NAME, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(sql)
    return DuckdbFile(copy)


def test_a_changed_cell_is_named(kept: Path, tmp_path: Path) -> None:
    day = '(select max("date") from gold.sales_summary_daily)'
    copy = broken_copy(
        kept,
        tmp_path,
        f'update gold.sales_summary_daily set gross = gross + 1 where "date" = {day}',
    )
    (line,) = replay.compare(copy, refreshed(kept))
    assert line.startswith("gold.sales_summary_daily: ")
    assert "1 and 1 of them differ: date 2" in line and " has gross " in line
    with copy.asking() as query:
        assert any(x.startswith("money: gross is ") for x in wrong_figures(query))


def test_a_doubled_row_a_lost_row_and_a_lost_table_are_named(
    kept: Path, tmp_path: Path
) -> None:
    copy = broken_copy(
        kept,
        tmp_path,
        """
        insert into curated.snap_products select * from curated.snap_products limit 1;
        delete from curated.fact_payments where payment_id =
            (select min(payment_id) from curated.fact_payments);
        drop table gold.top_products;
        """,
    )
    payments, products, lost = replay.compare(copy, refreshed(kept))
    assert payments.startswith("curated.fact_payments: ")
    assert "0 and 1 of them differ: payment_id " in payments
    assert products.startswith("curated.snap_products: ")
    assert "1 and 0 of them differ: " in products
    assert lost == "gold.top_products: only in the full refresh"


def test_a_failed_score_and_a_gap_are_wrong(kept: Path, tmp_path: Path) -> None:
    with DuckdbFile(kept / replay.FILE_NAME).asking() as query:
        assert wrong_figures(query) == []
    copy = broken_copy(
        kept,
        tmp_path,
        """
        insert into gold.scorecard values ('churn', 'guessed', 1, 0, false);
        delete from gold.reporting_sales_wide;
        """,
    )
    with copy.asking() as query:
        lines = wrong_figures(query)
    assert lines[0] == "scorecard: churn, guessed: 0.0, expected 1.0"
    assert any(line.startswith("reconciliation: curated to gold, ") for line in lines)


def test_without_an_answer_key_nothing_is_proven(kept: Path, tmp_path: Path) -> None:
    copy = broken_copy(kept, tmp_path, "delete from truth.truth_totals")
    with copy.asking() as query:
        assert wrong_figures(query)[0].startswith("truth.truth_totals is empty")


def test_a_kill_that_comes_too_late_is_tried_again_sooner(tmp_path: Path) -> None:
    warehouse = DuckdbFile(tmp_path / replay.FILE_NAME)
    workshop = Workshop(tmp_path, warehouse)
    write = (
        "import os, pathlib, time; time.sleep({});"
        " pathlib.Path(os.environ['CLUSTR_DUCKDB_PATH']).write_text('{}')"
    )
    workshop.run("first", [sys.executable, "-c", write.format(0, "before")])
    # ends at once the first time, and lasts the second time
    twice = f"""
import pathlib, time
marker = pathlib.Path({str(tmp_path / "ran")!r})
if marker.exists():
    time.sleep(600)
marker.touch()
{write.format(0, "after")}
"""
    assert workshop.kill("killed", [sys.executable, "-c", twice], 8) == 8 * SOONER
    assert warehouse.path.read_text(encoding="utf-8") == "before"
    with pytest.raises(ClustrError, match="killed ended 12 times before"):
        workshop.kill("killed", [sys.executable, "-c", write.format(0, "after")], 6000)
    assert warehouse.path.read_text(encoding="utf-8") == "before"
    with pytest.raises(ClustrError, match="killed failed by itself"):
        workshop.kill("killed", [sys.executable, "-c", "raise SystemExit(3)"], 60)


def test_a_plan_is_its_seed_and_holds_what_was_asked() -> None:
    plans = [make_plan(30, 10, 5, seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]
    for plan in plans:
        assert [step.day for step in plan] == list(range(1, 31))
        assert sum(not step.is_built for step in plan) == 5
        killed = [step for step in plan if step.kill]
        assert len(killed) == 10 and all(step.is_built for step in killed)
        assert plan[-1].is_built
    assert make_plan(1, 0, 0, 1) == [Step(1, is_built=True, kill=None)]


@pytest.mark.parametrize(
    ("days", "kills", "cuts", "said"),
    [(3, 4, 0, "only 3 days"), (3, 2, 2, "only 1 days"), (3, 0, 3, "must be built")],
)
def test_refuses_a_plan_that_does_not_fit(
    days: int, kills: int, cuts: int, said: str
) -> None:
    with pytest.raises(ClustrError, match=said):
        make_plan(days, kills, cuts, 1)


def test_says_in_one_line_why_it_could_not_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").touch()
    assert replay.main(["--keep", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1

"""The benchmark measures every layer, and dbt and the SQL by hand agree."""

import re
import sys
import time
from pathlib import Path

import pytest

import benchmark
from benchmarking.agreement import Comparison
from benchmarking.growth import Day, days_table, growing_table, growth_verdict
from benchmarking.measuring import Run, run
from benchmarking.report import Step, busy_seconds, comparison_lines, steps_table
from benchmarking.run_results import Node, slowest
from clustr.console import ClustrError
from shop import run_main

LINES = 3_000
LAYERS = ("raw", "staging", "curated", "gold", "audit", "intermediate", "tests")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a small run prints."""
    folder = tmp_path_factory.mktemp("benchmark") / "kept"
    result = run_main(benchmark.main, "--lines", str(LINES), "--keep", folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == ""
    assert (folder / "by_dbt.duckdb").exists() and (folder / "by_hand.duckdb").exists()
    return result.stdout


def rows_below(heading: str, output: str) -> list[str]:
    """Lines of the table that begins with a heading, without it."""
    table = output.split(f"\n{heading}")[1].split("\n\n", maxsplit=1)[0]
    return table.splitlines()[1:]


def test_every_stage_and_layer_has_its_line(output: str) -> None:
    names = ["generate", r"start-up \(dbt build of nothing\)", "land", "dbt build"]
    names += [f"  {layer}" for layer in LAYERS]
    names += ["by hand", *(f"  {layer}" for layer in ("landing", *LAYERS[:4]))]
    names += ["generate the day", "land the day", "dbt build of the day"]
    number = r" +[\d,.]+"
    for name in names:
        line = rf"^{name}{number}(?:{number}| +-)(?:{number}| +-)"
        assert re.search(line, output, re.MULTILINE), name


def test_names_the_ten_slowest_nodes_and_the_ratio(output: str) -> None:
    assert len(rows_below("slowest nodes", output)) == 10
    assert "\nratio: (land + build - start-up) / by hand = " in output
    assert re.search(r"^largest process: \d\.\d\d GiB", output, re.MULTILINE)


def test_says_what_the_day_after_costs_and_where(output: str) -> None:
    day = output.split("\ndbt build of the day")[1]
    assert len(rows_below("slowest nodes", day)) == 10
    assert "\na day" in day


def test_a_day_costs_its_share_of_the_first_build() -> None:
    nothing, build, day = (
        Run(seconds, cpu, 0, ()) for seconds, cpu in ((30, 20), (130, 220), (35, 40))
    )
    said = benchmark.day_verdict(build, day, nothing)
    assert "= 5.0 s, 0.05 of the first build's, 0.10 of its processor time" in said
    assert "too little work" in benchmark.day_verdict(nothing, day, build)


def day_on(lines: int, seconds: float, wide: float) -> Day:
    first, nothing = Run(10 * seconds, 1, 0, ()), Run(20, 18, 0, ())
    nodes = [
        Node("reporting_sales_wide", "gold", wide, 0, wide),
        Node("dim_products", "curated", 0.5, 0, 0.5),
    ]
    return Day(lines, first, nothing, Run(seconds, 2 * seconds, 0, ()), nodes)


def test_a_day_on_a_longer_history_is_set_beside_the_same_on_a_short_one() -> None:
    days = [day_on(1_000, 30, 0.25), day_on(2_000, 33, 0.4), day_on(9_000, 36, 0.75)]
    assert days_table(days).splitlines()[-1].split() == (
        [
            "9,000",
            "360.0",
            "36.0",
            "72.0",
            "20.0",
            "18.0",
            "reporting_sales_wide",
            "0.75",
        ]
    )
    assert growing_table(days, 1).splitlines()[1].split() == (
        ["reporting_sales_wide", "0.25", "0.75"]
    )
    assert "a day on 9,000 order lines: 1.20 of the time on 1,000" in (
        growth_verdict(days)
    )


def test_refuses_the_same_number_of_lines_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["--lines", "3000", "3000"])
    assert stop.value.code == 2
    assert "a number is given twice" in capsys.readouterr().err


def test_dbt_and_the_sql_by_hand_agree(output: str) -> None:
    table = rows_below("agreement", output)
    assert table and all(line.endswith("  agrees") for line in table)
    (lines,) = [line.split()[2] for line in table if line.startswith("order lines")]
    assert LINES * 0.9 < float(lines.replace(",", "")) < LINES


def test_a_difference_is_shown() -> None:
    text = comparison_lines([Comparison("net sales", "1.00", "1.01")])
    assert text.splitlines()[1].endswith("DIFFERS")


def test_unknown_figures_are_dashes() -> None:
    text = steps_table([Step("tests", 1.5, None, None, None)])
    assert text.splitlines()[1].split() == ["tests", "1.5", "-", "-", "-", "-"]


def test_time_counts_once_where_nodes_overlap() -> None:
    spans = [(0.0, 2.0), (1.0, 3.0), (1.5, 1.6), (5.0, 6.0)]
    nodes = [Node(f"n{i}", "raw", b - a, a, b) for i, (a, b) in enumerate(spans)]
    assert busy_seconds(nodes) == 4.0
    assert busy_seconds([]) == 0.0
    assert [node.name for node in slowest(nodes, 2)] == ["n0", "n1"]


def test_measures_the_memory_of_a_command(tmp_path: Path) -> None:
    hundred_mib = "import time; x = bytearray(100 * 2**20); time.sleep(0.5)"
    start = time.time()
    outcome = run([sys.executable, "-c", hundred_mib], tmp_path / "log", {}, tmp_path)
    assert outcome.peak_memory > 100 * 2**20
    assert outcome.seconds >= 0.5
    sampled = outcome.peak_between(start, start + 60)
    assert sampled is None or sampled <= outcome.peak_memory
    assert outcome.peak_between(0, 1) is None


def test_a_failing_command_shows_its_last_line(tmp_path: Path) -> None:
    with pytest.raises(ClustrError, match="ended with 3: no such shop"):
        run(
            [sys.executable, "-c", "print('no such shop'); raise SystemExit(3)"],
            *(tmp_path / "log", {}, tmp_path),
        )


@pytest.mark.parametrize("lines", ["999", "50000001", "many"])
def test_refuses_a_number_of_lines_it_cannot_make(
    lines: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        benchmark.main(["--lines", lines])
    assert stop.value.code == 2
    assert lines in capsys.readouterr().err


def test_refuses_a_folder_with_something_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").touch()
    assert benchmark.main(["--lines", "3000", "--keep", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err

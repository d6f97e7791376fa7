"""The bundles benchmark compares each method with ours and says what did not finish."""

import json
import sys
import time
from pathlib import Path

import duckdb
import pytest

import benchmark_bundles
from benchmarking.bundles.datasets import (
    DATASETS,
    FIMI_SQL,
    Dataset,
    from_file,
    size_of,
)
from benchmarking.bundles.methods import METHODS, MlxtendApriori
from benchmarking.measuring import LimitReachedError, Limits, run
from shop import run_main

METHODS_HERE = ("ours", "mlxtend_apriori", "mlxtend_fpgrowth")
CASE = "few@0.2"
MIB = 1024 * 1024


def make_few(connection: duckdb.DuckDBPyConnection) -> None:
    """Ten baskets; product A comes twice in each, and one basket is of a rare one."""
    connection.execute("""
        create table order_lines as
        select order_id, unnest(string_split(items, ' ')) as product_sku
        from (values
            ('1', 'A A B C'), ('2', 'A A B C'), ('3', 'A A B'), ('4', 'A A B C D'),
            ('5', 'B C'), ('6', 'A A C'), ('7', 'D'), ('8', 'A A'), ('9', 'D B'),
            ('10', 'E')
        ) as baskets (order_id, items)
    """)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small baskets, data that are nowhere and a peer that nobody installed."""
    nowhere = Path("nowhere.dat")
    absent = Dataset("absent", (0.5,), from_file(FIMI_SQL, nowhere), nowhere)
    uninstalled = type("Uninstalled", (MlxtendApriori,), {"package": "no_such.miner"})
    monkeypatch.setitem(DATASETS, "few", Dataset("few", (0.2,), make_few))
    monkeypatch.setitem(DATASETS, "absent", absent)
    monkeypatch.setitem(METHODS, "uninstalled", uninstalled)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a run on the small baskets keeps."""
    return tmp_path_factory.mktemp("bundles")


def test_methods_agree_and_what_is_absent_is_named(kept: Path) -> None:
    result = run_main(
        benchmark_bundles.main,
        *("--cases", "few@*", "absent@*", "--keep", kept),
        *("--methods", "uninstalled", *METHODS_HERE),
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "left out uninstalled: package no_such is not installed" in result.stdout
    assert "left out absent: nowhere.dat is not here" in result.stdout
    assert f"\n{CASE}: 27 lines, 10 baskets, sets in at least 2\n" in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    found = {line[0]: line[5:] for line in lines if line and line[0] in METHODS_HERE}
    # A, B, C, D; AB, AC, BC, BD; ABC, and the rules of these that are confident enough
    assert found == {name: ["9", "14", "the", "same"] for name in METHODS_HERE}


@pytest.mark.parametrize("what", ["itemsets", "rules"])
def test_a_difference_fails_the_command(kept: Path, tmp_path: Path, what: str) -> None:
    outcomes = json.loads((kept / "results.json").read_text(encoding="utf-8"))
    (changed,) = [o for o in outcomes if o["method"] == "mlxtend_fpgrowth"]
    changed["found"][what] = "other"
    (tmp_path / "results.json").write_text(json.dumps(outcomes), encoding="utf-8")
    result = run_main(benchmark_bundles.main, "--table", "--keep", tmp_path)
    assert result.returncode == 1
    assert f"{CASE}: mlxtend_fpgrowth finds other {what} than ours" in result.stdout
    assert result.stdout.count("DIFFER") == 1


def test_a_method_that_reaches_a_limit_is_told_and_fails_nothing(
    kept: Path, tmp_path: Path
) -> None:
    (tmp_path / "few.duckdb").write_bytes((kept / "few.duckdb").read_bytes())
    result = run_main(
        benchmark_bundles.main,
        *("--cases", CASE, "--methods", "mlxtend_apriori"),
        *("--keep", tmp_path, "--memory", "0.01"),
    )
    assert result.returncode == 0
    assert "above 0.0 GiB" in result.stdout.splitlines()[-1]


def test_a_command_and_its_children_are_stopped_at_their_limits(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    child = f"import subprocess; subprocess.run({sleep})"
    start = time.monotonic()
    with pytest.raises(LimitReachedError, match=r"not done after 0\.3 s"):
        run(
            [sys.executable, "-c", child],
            *(tmp_path / "log", {}, tmp_path),
            limits=Limits(0.3, 1024 * MIB),
        )
    assert time.monotonic() - start < 30
    large = f"x = bytearray({300 * MIB}); import time; time.sleep(60)"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{large}'])"
    )
    with pytest.raises(LimitReachedError, match=r"above 0\.2 GiB"):
        run(
            [sys.executable, "-c", parent],
            *(tmp_path / "log", {}, tmp_path),
            limits=Limits(60, 200 * MIB),
        )


def test_fimi_files_are_a_basket_a_line(tmp_path: Path) -> None:
    file = tmp_path / "few.dat"
    file.write_text("1 2 3 \n2\n3 1\n", encoding="ascii")
    dataset = Dataset("fimi", (0.5,), from_file(FIMI_SQL, file), file)
    assert size_of(dataset.database(tmp_path)) == (6, 3)


def test_patterns_that_match_no_case_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stop:
        benchmark_bundles.main(["--cases", "nothing@*"])
    assert stop.value.code == 2
    assert "--cases nothing@*: there are groceries@0.01" in capsys.readouterr().err

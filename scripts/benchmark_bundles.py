"""Mine bundles with this project's engine and with its peers, and compare.

    scripts/setup requirements-peers.txt
    .venv/bin/python scripts/benchmark_bundles.py

Each method reads the same order lines from DuckDB in a process of its own, which is
stopped at the limits of time and memory. Itemsets with their counts must be the same,
and rules where a method gives all of them. Peers that are not installed and data that
are not here are named and left out.

    ... --cases 'lines_10000000@*' --methods ours rusket_fpgrowth --keep bundles

measures some cases and methods only, and keeps the databases and the outcomes
(results.json) in a folder, to which later runs add. `--table` prints what is kept there
and measures nothing.
Exit code 0: measured, all the same; 1: a difference; 2: could not run.
"""

import argparse
import fnmatch
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import duckdb

from benchmarking.bundles.datasets import DATASETS, size_of
from benchmarking.bundles.method import smallest_count
from benchmarking.bundles.methods import METHODS, OURS
from benchmarking.bundles.outcomes import Case, Outcome, Outcomes
from benchmarking.measuring import LimitReachedError, Limits, run
from benchmarking.stages import SCRIPTS, processors, version
from clustr.console import (
    EXIT_CHECK_FAILED,
    EXIT_OK,
    ClustrError,
    fail,
    progress,
)

GIB = 2**30


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    every = [
        f"{d.name}@{support:g}" for d in DATASETS.values() for support in d.supports
    ]
    parser = argparse.ArgumentParser(
        prog="benchmark_bundles.py",
        description=__doc__.splitlines()[0],
        epilog=f"cases: {', '.join(every)}. methods: {', '.join(METHODS)}",
    )
    parser.add_argument(
        "--cases",
        nargs="+",
        default=["[!l]*", "lines_10000@*", "lines_1000000@*"],
        metavar="PATTERN",
        help="which to measure; all but 10 and 100 million lines unless told otherwise",
    )
    parser.add_argument(
        "--methods", nargs="+", choices=METHODS, default=list(METHODS), metavar="NAME"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="folder for databases and results.json"
    )
    parser.add_argument(
        "--seconds", type=float, default=600, help="longest time of a method (600)"
    )
    parser.add_argument(
        "--memory", type=float, default=8, help="largest process in GiB (8)"
    )
    parser.add_argument(
        "--table", action="store_true", help="only print what --keep holds"
    )
    arguments = parser.parse_args(argv)
    if arguments.table and arguments.keep is None:
        parser.error("--table goes with --keep")
    for pattern in arguments.cases:
        if not fnmatch.filter(every, pattern):
            parser.error(f"--cases {pattern}: there are {', '.join(every)}")
    return arguments


def cases(patterns: Sequence[str], folder: Path) -> Iterator[tuple[Case, Path]]:
    """The cases that a pattern matches, and the database of each."""
    for dataset in DATASETS.values():
        supports = [
            support
            for name, support in dataset.cases().items()
            if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
        ]
        if supports and not dataset.is_present:
            print(f"left out {dataset.name}: {dataset.file} is not here")
            continue
        if supports:
            database = dataset.database(folder)
            lines, baskets = size_of(database)
        for support in supports:
            count = smallest_count(support, baskets)
            yield Case(dataset.name, support, lines, baskets, count), database


def present(names: Sequence[str]) -> list[str]:
    """The methods that can be run; says which cannot."""
    found = []
    for name in names:
        missing = METHODS[name].missing()
        if missing:
            print(f"left out {name}: {missing} is not installed")
        else:
            found.append(name)
    return found


def measure(case: Case, database: Path, method: str, limits: Limits) -> Outcome:
    """Run a method in a process of its own; an outcome also if it does not finish."""
    progress(f"{case.name}: {method} ...")
    log = database.with_name(f"{case.name}-{method}.log")
    mine = (sys.executable, "-m", "benchmarking.bundles.mine", method, database)
    size = (str(case.min_count), str(case.baskets))
    unfinished, spent = None, None
    try:
        spent = run((*mine, *size), log, {}, SCRIPTS, limits=limits)
    except LimitReachedError as error:
        unfinished = str(error)
    except ClustrError as error:
        if method == OURS:
            raise
        unfinished = str(error).partition(" (all of it in")[0]
    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found: dict[str, Any] = next(
        (json.loads(line) for line in said[::-1] if line[:1] == "{"), {}
    )
    memory = found.pop("own_memory", None)
    start, end = found.pop("start", 0), found.pop("end", 0)
    if spent and memory:
        memory = max(memory, spent.peak_between(start, end) or 0)
    return Outcome(case, method, unfinished, memory, found)


def folder_of(keep: Path | None) -> AbstractContextManager[str]:
    """A temporary folder, or the one to keep, which may hold earlier outcomes."""
    if keep is None:
        return tempfile.TemporaryDirectory(prefix="clustr-")
    keep.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(keep.resolve()))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return its exit code."""
    arguments = parse_arguments(argv)
    limits = Limits(arguments.seconds, int(arguments.memory * GIB))
    try:
        with folder_of(arguments.keep) as folder:
            outcomes = Outcomes(Path(folder, "results.json"))
            print(f"{version('duckdb')}, {processors()} processors")
            if arguments.table:
                for name in outcomes.cases():
                    print(f"\n{outcomes.table(name, METHODS, OURS)}")
            else:
                methods = present(arguments.methods)
                for case, database in cases(arguments.cases, Path(folder)):
                    for method in methods:
                        outcomes.add(measure(case, database, method, limits))
                    print(f"\n{outcomes.table(case.name, METHODS, OURS)}", flush=True)
            differences = outcomes.differences(OURS)
    except (ClustrError, OSError, duckdb.Error) as error:
        return fail(error)
    for difference in differences:
        print(f"\n{difference}")
    return EXIT_CHECK_FAILED if differences else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

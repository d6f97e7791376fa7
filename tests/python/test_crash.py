"""Builds that are struck on their way: what they leave, and that the next one mends it.

A few moments only; scripts/chaos.py tries every statement. On DuckDB, or on PostgreSQL
with CLUSTR_TEST_TARGET=postgres.
"""

import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

import chaos
from clustr.feeds import PROJECT
from proving.commands import Workshop, build_command, land_command
from proving.comparison import content_hashes
from proving.duckdb_file import log_file
from proving.invariants import RunLog, is_of_a_build
from proving.kill_points import FORK, Bench, in_fork, parse
from proving.small_shop import (
    FIRST_DELIVERY,
    SECOND_COMPLETE,
    SECOND_DELIVERY,
    write_delivery,
)
from proving.warehouses import TARGETS, Warehouse

MOMENTS = random.Random(27)
ATTEMPTS = 12


class Shop:
    """Warehouses to begin with, and what a build without a strike makes of each."""

    def __init__(self, folder: Path, target: str) -> None:
        self.folder = folder
        self.target = target
        warehouse = TARGETS[target](folder / chaos.FILE_NAME)
        self.workshop = Workshop(folder, warehouse)
        self.project = parse(self.workshop)
        self.expected: dict[Warehouse, dict[str, str]] = {}
        self.day_one = self.deliver(FIRST_DELIVERY, "day_one")
        self.day_two = self.deliver(SECOND_DELIVERY, "day_two", SECOND_COMPLETE)

    def deliver(
        self, texts: dict[str, str], name: str, complete: Sequence[str] = ()
    ) -> Warehouse:
        """Land a delivery, keep a copy, and build the shop to see what comes of it."""
        delivery = write_delivery(self.folder / name, texts)
        self.workshop.run("land", land_command(delivery, complete))
        start = TARGETS[self.target](self.folder / f"{name}.duckdb")
        self.workshop.warehouse.save(start.path)
        began = time.monotonic()
        _, self.expected[start] = self.bench(start).undisturbed()
        self.seconds = time.monotonic() - began
        return start

    def bench(self, start: Warehouse) -> Bench:
        """A bench whose builds begin with one of the warehouses."""
        bench = Bench(self.project, start, self.workshop)
        bench.restore()
        return bench

    def strike(self, bench: Bench, number: signal.Signals) -> RunLog:
        """Send a signal to a build at a random moment; return the log it leaves.

        A moment before the build has begun or after it has ended is tried again nearer
        to its middle: how fast it is changes with what else the machine does.
        """
        for _ in range(ATTEMPTS):
            process = FORK.Process(target=partial(build_as_a_command, bench))
            process.start()
            assert process.pid is not None
            process.join(self.seconds * MOMENTS.uniform(0.2, 0.6))
            is_too_late = not process.is_alive()
            if not is_too_late:
                os.kill(process.pid, number)
            process.join()
            _, found = in_fork(bench.after_kill, self.folder / "check.log")
            log, broken = found
            assert isinstance(log, RunLog)
            assert broken == []
            # a signal that dbt can catch lets it log its own end
            if any(log.ends(process) != ["SUCCESS"] for process in log.started):
                return log
            self.seconds *= 0.7 if is_too_late else 1.3
            bench.restore()
        pytest.fail(f"no build was struck on its way in {ATTEMPTS} attempts")

    def mend(self, bench: Bench, *first: Sequence[str]) -> None:
        """Build with arguments where given, then plainly."""
        for arguments in (*first, ()):
            in_fork(partial(bench.build, *arguments), self.folder / "mend.log")

    def broken(self, bench: Bench, killed: RunLog) -> list[str]:
        """Promises that do not hold now, with the log that the strike left."""
        expected = self.expected[bench.start]
        judge = partial(bench.after_rerun, killed, expected)
        _, found = in_fork(judge, self.folder / "check.log")
        return list(found)


def build_as_a_command(bench: Bench) -> None:
    """Build as if from a terminal: what a shell runs behind it ignores SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    bench.build()


@pytest.fixture(scope="module")
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    target = os.environ.get("CLUSTR_TEST_TARGET", "duckdb")
    with pytest.MonkeyPatch.context() as patch:
        if target == "postgres":
            for name, value in request.getfixturevalue("postgres_server").items():
                patch.setenv(name, value)
        yield Shop(tmp_path_factory.mktemp("crash"), target)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_build_converges(shop: Shop, number: signal.Signals) -> None:
    bench = shop.bench(shop.day_two)
    killed = shop.strike(bench, number)
    shop.mend(bench)
    assert shop.broken(bench, killed) == []


def test_a_killed_first_build_converges(shop: Shop) -> None:
    bench = shop.bench(shop.day_one)
    killed = shop.strike(bench, signal.SIGKILL)
    shop.mend(bench)
    assert shop.broken(bench, killed) == []


def test_building_one_model_first_changes_nothing(shop: Shop) -> None:
    bench = shop.bench(shop.day_two)
    killed = shop.strike(bench, signal.SIGKILL)
    shop.mend(bench, ["--select", "fact_orders"])
    # a build of one model is a success of its process without the other models
    broken = shop.broken(bench, killed)
    assert [line for line in broken if "was not built" not in line] == []


def test_a_full_refresh_after_a_kill_gives_the_same(shop: Shop) -> None:
    bench = shop.bench(shop.day_two)
    killed = shop.strike(bench, signal.SIGKILL)
    shop.mend(bench, ["--full-refresh"])
    assert shop.broken(bench, killed) == []


def test_a_killed_build_leaves_a_readable_warehouse_and_converges(shop: Shop) -> None:
    bench = shop.bench(shop.day_two)
    killed = shop.strike(bench, signal.SIGKILL)
    warehouse = bench.workshop.warehouse
    assert shop.target != "duckdb" or log_file(warehouse.path).exists()
    with warehouse.asking() as query:
        hashes = content_hashes(query)
    gold = {name for name in hashes if name.startswith("gold.")}
    # a table that was being made may lie beside those that are read; mending drops it
    gold -= {name for name in gold if is_of_a_build(name)}
    assert gold
    ends = (shop.expected[shop.day_one], shop.expected[shop.day_two])
    for name in gold:
        assert hashes[name] in {end[name] for end in ends}, name
    shop.mend(bench)
    assert shop.broken(bench, killed) == []


def test_of_two_builds_at_once_one_gives_way(shop: Shop) -> None:
    bench = shop.bench(shop.day_two)
    processes = [
        subprocess.Popen(
            [str(part) for part in build_command()],
            cwd=PROJECT,
            env=os.environ | shop.workshop.environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate()[0] for process in processes]
    codes = [process.returncode for process in processes]
    refused = {"duckdb": 2, "postgres": 1}[shop.target]
    assert sorted(codes) == [0, refused], outputs
    holder = processes[codes.index(0)].pid
    reason = {
        "duckdb": rf"{bench.workshop.warehouse.path}: in use by .*\(process {holder}\)",
        "postgres": r"another build of this warehouse is running, started by \w+ at ",
    }[shop.target]
    said = outputs[codes.index(refused)]
    assert len(re.findall(reason, said)) == 1, said
    assert "Traceback" not in said
    assert shop.broken(bench, RunLog(())) == []

"""How the build of a day grows with the history that it is built on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarking.measuring import Run
from benchmarking.run_results import Node, read_nodes
from benchmarking.stages import Bench
from clustr.text import in_columns

# The same day whatever the history: what grows is then the history alone.
DAY_LINES = 5_000
LARGEST_GROWTH = 1.5
HEADINGS = (
    *("order lines", "first build, s", "a day, s", "cpu s"),
    *("start-up, s", "start-up cpu s", "slowest node of the day", "s"),
)


@dataclass(frozen=True)
class Day:
    """One day built on a history of so many order lines."""

    lines: int
    first: Run
    nothing: Run
    day: Run
    nodes: Sequence[Node]

    def cells(self) -> tuple[str, ...]:
        """The line of the table as text."""
        slowest = max(self.nodes, key=lambda node: node.seconds)
        return (
            f"{self.lines:,}",
            f"{self.first.seconds:.1f}",
            *(f"{run:.1f}" for run in (self.day.seconds, self.day.cpu_seconds)),
            *(f"{run:.1f}" for run in (self.nothing.seconds, self.nothing.cpu_seconds)),
            *(slowest.name, f"{slowest.seconds:.2f}"),
        )


def build_days(folder: Path, sizes: Sequence[int], engine: str) -> list[Day]:
    """Build a day of `DAY_LINES` new order lines on a history of each size."""
    days = []
    for lines in sizes:
        bench = Bench(folder / str(lines), engine, day_share=DAY_LINES / lines)
        bench.folder.mkdir()
        try:
            days.append(_build_day(bench, lines))
        finally:
            bench.drop_databases()
    return days


def _build_day(bench: Bench, lines: int) -> Day:
    bench.generate(lines)
    nothing = bench.build_nothing()
    bench.land()
    first = bench.build()
    bench.generate_day(lines)
    bench.land_day()
    day = bench.build_day()
    return Day(lines, first, nothing, day, read_nodes(bench.day_target))


def days_table(days: Sequence[Day]) -> str:
    """What the same day took on each history."""
    return in_columns([HEADINGS, *(day.cells() for day in days)], "rrrrrrlr")


def growing_table(days: Sequence[Day], count: int) -> str:
    """The nodes whose seconds grew most from the first history to the last."""
    first, last = (
        {node.name: node.seconds for node in day.nodes} for day in (days[0], days[-1])
    )
    grown = sorted(last, key=lambda name: first.get(name, 0) - last[name])[:count]
    cells = [(name, f"{first.get(name, 0):.2f}", f"{last[name]:.2f}") for name in grown]
    return in_columns([("nodes that grow most", "from, s", "to, s"), *cells], "lrr")


def growth_verdict(days: Sequence[Day]) -> str:
    """How much longer the day took on the longest history than on the shortest."""
    least, most = days[0], days[-1]
    return (
        f"a day on {most.lines:,} order lines: "
        f"{most.day.seconds / least.day.seconds:.2f} of the time on {least.lines:,}, "
        f"{most.day.cpu_seconds / least.day.cpu_seconds:.2f} of the processor time "
        f"(aim: below {LARGEST_GROWTH})"
    )

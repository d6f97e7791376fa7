"""The benchmark's figures as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarking.agreement import Comparison
from benchmarking.plans import PlanNode
from benchmarking.run_results import Node
from clustr.text import in_columns

HEADINGS = ("", "seconds", "cpu s", "peak MiB", "rows", "rows/s")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Step:
    """One line of the table; memory and CPU are None where nothing measured them."""

    name: str
    seconds: float
    cpu_seconds: float | None
    peak_memory: int | None
    rows: int | None

    def cells(self) -> tuple[str, ...]:
        """The line's cells as text."""
        cpu = "-" if self.cpu_seconds is None else f"{self.cpu_seconds:,.1f}"
        memory = "-" if self.peak_memory is None else f"{self.peak_memory / MIB:,.0f}"
        if self.rows is None:
            return (self.name, f"{self.seconds:,.1f}", cpu, memory, "-", "-")
        pace = self.rows / self.seconds if self.seconds else 0
        return (
            *(self.name, f"{self.seconds:,.1f}", cpu, memory),
            *(f"{self.rows:,}", f"{pace:,.0f}"),
        )


def steps_table(steps: Sequence[Step]) -> str:
    """The table of what each step took."""
    return in_columns([HEADINGS, *(step.cells() for step in steps)], "lrrrrr")


def nodes_table(nodes: Sequence[Node]) -> str:
    """The nodes with the seconds that each took."""
    cells = [(node.name, node.layer, f"{node.seconds:,.2f}") for node in nodes]
    return in_columns([("slowest nodes", "layer", "seconds"), *cells], "llr")


def plan_table(model: Node, worst: PlanNode, milliseconds: float) -> str:
    """The worst node of a model's plan, which took so many milliseconds in all."""
    heading = ("worst plan node", "of the model", "own ms", "plan ms", "build ms")
    times = (worst.own_ms, milliseconds, 1000 * model.seconds)
    cells = (worst.kind, model.name, *(f"{time:,.0f}" for time in times))
    return (
        f"{in_columns([(*heading, 'rows'), (*cells, f'{worst.rows:,}')], 'llrrrr')}\n"
        f"it reads: {worst.relation}"
    )


def comparison_lines(comparisons: Sequence[Comparison]) -> str:
    """What the two warehouses say, and where they differ."""
    cells = [
        (c.subject, c.by_dbt, c.by_hand, "agrees" if c.agrees else "DIFFERS")
        for c in comparisons
    ]
    return in_columns([("agreement", "dbt", "by hand", ""), *cells], "lrrl")


def busy_seconds(nodes: Sequence[Node]) -> float:
    """Seconds during which at least one of the nodes ran; 0 for none."""
    if not nodes:
        return 0.0
    spans = sorted((node.start, node.end) for node in nodes)
    reach, idle = spans[0][1], 0.0
    for _, (start, end) in pairwise(spans):
        idle += max(0.0, start - reach)
        reach = max(reach, end)
    return reach - spans[0][0] - idle

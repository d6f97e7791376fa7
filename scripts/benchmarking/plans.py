"""Where a plan of PostgreSQL spends its time: the node with most time of its own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from benchmarking.run_results import TESTS, Node, slowest
from clustr.console import ClustrError
from proving.asking import Query

Plan = dict[str, Any]
EXPLAIN = "explain (analyze, verbose, format json) "


@dataclass(frozen=True)
class PlanNode:
    """A node of a plan that was run: what it is, what it reads, what it took.

    `own_ms` is the wall time in milliseconds without that of the nodes below; `rows`
    are those it gave in all its loops.
    """

    kind: str
    relation: str
    own_ms: float
    rows: int


@dataclass(frozen=True)
class _Place:
    """A node of a plan, how deep it lies, and how many processes share its loops."""

    plan: Plan
    depth: int
    processes: int

    @property
    def elapsed(self) -> float:
        """Wall milliseconds of the node and all below it."""
        loops = self.plan["Actual Loops"]
        shared = max(1, min(self.processes, loops))
        return float(self.plan["Actual Total Time"] * loops / shared)


def worst_node(plan: Plan) -> PlanNode:
    """Find the node with most time of its own in a plan that was run.

    What a common table expression or a query for a single value takes counts against
    the node that waits for it, which is not always the one that it is listed under.
    """
    places = list(_places(plan))
    own = [place.elapsed for place in places]
    by_plan = {id(place.plan): at for at, place in enumerate(places)}
    for at, place in enumerate(places):
        for child in place.plan.get("Plans", []):
            below = places[by_plan[id(child)]]
            payer = _user(child, places)
            own[at if payer is None else by_plan[id(payer.plan)]] -= below.elapsed
    worst = max(range(len(own)), key=own.__getitem__)
    found = places[worst].plan
    return PlanNode(
        kind=str(found["Node Type"]),
        relation=", ".join(dict.fromkeys(_relations(found))) or "-",
        own_ms=max(0.0, own[worst]),
        rows=round(found["Actual Rows"] * found["Actual Loops"]),
    )


def _places(plan: Plan, depth: int = 0, processes: int = 1) -> Iterator[_Place]:
    yield _Place(plan, depth, processes)
    processes = plan.get("Workers Launched", processes - 1) + 1
    for child in plan.get("Plans", []):
        yield from _places(child, depth + 1, processes)


def _relations(plan: Plan) -> Iterator[str]:
    """The relation that a node reads, or else those that the nodes below it read."""
    if "Relation Name" in plan:
        yield f"{plan['Schema']}.{plan['Relation Name']}"
    elif "CTE Name" in plan:
        yield f"{plan['CTE Name']} (CTE)"
    else:
        for child in plan.get("Plans", []):
            yield from _relations(child)


def _user(plan: Plan, places: Iterable[_Place]) -> _Place | None:
    """The node that waits for a query listed elsewhere; None for all other nodes."""
    if plan.get("Parent Relationship") != "InitPlan":
        return None
    name = str(plan["Subplan Name"])
    if name.startswith("CTE "):
        cte = name.removeprefix("CTE ")
        users = [p for p in places if _is_scan_of(p.plan, cte)]
    else:
        # `InitPlan 1 (returns $0)` is called $0, from PostgreSQL 17 on (InitPlan 1)
        title, _, values = name.partition(" (returns ")
        marks = [f"({title})", *values.removesuffix(")").split(",")]
        pattern = "|".join(rf"{re.escape(mark)}(?!\d)" for mark in marks if mark)
        users = [p for p in places if re.search(pattern, _said(p.plan))]
    return max(users, key=lambda user: (user.depth, user.elapsed), default=None)


def _is_scan_of(plan: Plan, cte: str) -> bool:
    return plan["Node Type"] == "CTE Scan" and plan.get("CTE Name") == cte


def _said(plan: Plan) -> str:
    """What a node says of its own expressions, the nodes below left out."""
    left_out = ("Plans", "Subplan Name")
    return " ".join(str(said) for key, said in plan.items() if key not in left_out)


def run_again(query: Query, nodes: Iterable[Node]) -> tuple[Node, Plan] | None:
    """Run the select of the slowest model that has one once more, explained.

    Which batches are new stands in it as a number, so that it reads what it read in
    the build. It finds the build's own rows there, and newer statistics: whether it
    took as long as the model says if the plan is the same.

    Returns
    -------
    tuple or None
        The model and the plan as it was run; None if there is no such model. Models
        that read a temporary table of their hooks are passed over.
    """
    models = [node for node in nodes if node.select and node.layer != TESTS]
    for model in slowest(models, len(models)):
        try:
            ((plans,),) = query(EXPLAIN + model.select)
        except ClustrError:
            continue
        return model, plans[0]["Plan"]
    return None

"""What dbt wrote about a build: seconds per layer and the slowest nodes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

TESTS = "tests"


@dataclass(frozen=True)
class Node:
    """One node of a build: its layer, how long it took, and when.

    `select` is the query of one that is written in SQL.
    """

    name: str
    layer: str
    seconds: float
    start: float
    end: float
    select: str = ""


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _layer(unique_id: str, nodes: dict[str, Any]) -> str:
    if unique_id.startswith(("test.", "unit_test.")):
        return TESTS
    return str(nodes.get(unique_id, {}).get("schema", ""))


def read_nodes(target: Path) -> list[Node]:
    """Nodes of the build whose artifacts lie in `target`, as dbt finished them."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = []
    for result in results["results"]:
        steps = {step["name"]: step for step in result["timing"]}
        if "execute" not in steps or not steps["execute"].get("completed_at"):
            continue
        nodes.append(
            Node(
                name=result["unique_id"].split(".", 2)[-1],
                layer=_layer(result["unique_id"], manifest["nodes"]),
                seconds=result["execution_time"],
                start=_instant(steps["execute"]["started_at"]),
                end=_instant(steps["execute"]["completed_at"]),
                select=result["compiled_code"] or "",
            )
        )
    return nodes


def slowest(nodes: Iterable[Node], count: int) -> list[Node]:
    """The nodes that took longest, longest first."""
    return sorted(nodes, key=lambda node: (-node.seconds, node.name))[:count]

"""What the page says: freshness, rows, rejects, builds and the slowest models."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarking.run_results import read_nodes, slowest
from clustr.contents import Ask
from clustr.layers import LAYERS
from clustr.sql import quoted
from runs import RUNS

LAST_BUILDS = 30
SLOWEST = 15
HOOK = "clustr-on-run-"
TABLES = """
    select table_schema, table_name from information_schema.tables
    where table_type = 'BASE TABLE'
    order by table_schema, table_name
"""
LAST_DAY = """
    select cast(max("date") as varchar) from gold.sales_summary_daily
    where total_orders > 0
"""
REJECTS = """
    select
        source_table,
        rule,
        count(*),
        sum(case when resolved_at is null then 0 else 1 end)
    from audit.rejected_rows
    group by source_table, rule
    order by count(*) desc, source_table, rule
"""
NEWEST = """
    select execution_id from audit.pipeline_execution_log
    order by batch_id desc, start_time desc
    limit 1
"""


@dataclass(frozen=True)
class Feed:
    """A feed's raw table: when rows last came, and how many there are."""

    name: str
    newest: datetime | None
    rows: int


@dataclass(frozen=True)
class Layer:
    """A schema: its tables and their rows."""

    name: str
    tables: int
    rows: int


@dataclass(frozen=True)
class Reject:
    """Rows that a rule refused; `resolved` of them have been corrected since."""

    feed: str
    rule: str
    rows: int
    resolved: int


@dataclass(frozen=True)
class Build:
    """A build: when it ran, for how long, and how it ended.

    `seconds` is None for one that has not ended, `error` is its first, else empty.
    """

    number: int
    start: datetime
    seconds: float | None
    status: str
    rows: int
    error: str


@dataclass(frozen=True)
class Model:
    """A node of the newest build and what it took."""

    name: str
    layer: str
    seconds: float


def feeds(ask: Ask) -> list[Feed]:
    """Every feed by name; empty before the first build."""
    found = []
    for schema, table in ask(TABLES):
        if schema == "raw":
            name = f"{quoted(schema)}.{quoted(table)}"
            sql = f"select max(ingestion_timestamp), count(*) from {name}"
            ((newest, rows),) = ask(sql)
            found.append(Feed(table.removeprefix("raw_"), newest, int(rows)))
    return found


def last_day(ask: Ask) -> str:
    """Last day with an order, as text; `none` without any."""
    ((day,),) = ask(LAST_DAY)
    return day or "none"


def layers(ask: Ask) -> list[Layer]:
    """Tables and rows of each layer, counted now, in the order of the build."""
    counts: dict[str, list[int]] = {}
    for schema, table in ask(TABLES):
        if schema in ("landing", *LAYERS):
            name = f"{quoted(schema)}.{quoted(table)}"
            ((rows,),) = ask(f"select count(*) from {name}")
            counts.setdefault(schema, []).append(int(rows))
    return [
        Layer(name, len(counts[name]), sum(counts[name]))
        for name in ("landing", *LAYERS)
        if name in counts
    ]


def rejects(ask: Ask) -> list[Reject]:
    """Refused rows by feed and rule, most first; empty when none was refused."""
    return [
        Reject(feed, rule, int(rows), int(resolved))
        for feed, rule, rows, resolved in ask(REJECTS)
    ]


def builds(ask: Ask) -> list[Build]:
    """The last builds, oldest first; one is as good as the worst of its processes."""
    processes: dict[int, list[Sequence[Any]]] = {}
    for row in ask(RUNS.format(last=LAST_BUILDS)):
        processes.setdefault(row[0], []).append(row)
    return [_build(number, processes[number]) for number in sorted(processes)]


def _build(number: int, rows: list[Sequence[Any]]) -> Build:
    start = min(row[1] for row in rows)
    ends = [row[4] for row in rows]
    errors = [str(row[6]) for row in rows if row[6]]
    states = {str(row[3]) for row in rows}
    status = next((s for s in ("FAILED", "STARTED") if s in states), "SUCCESS")
    return Build(
        number=number,
        start=start,
        seconds=None if None in ends else (max(ends) - start).total_seconds(),
        status="FAILED" if errors else status,
        rows=sum(row[5] or 0 for row in rows),
        error=errors[0] if errors else "",
    )


def slowest_models(ask: Ask, target: Path) -> list[Model]:
    """What took longest in the newest build; empty if dbt's own file is of another."""
    newest = ask(NEWEST)
    try:
        file = (target / "run_results.json").read_text(encoding="utf-8")
        of_build = json.loads(file)["metadata"]["invocation_id"]
        if not newest or of_build != newest[0][0]:
            return []
        made = [n for n in read_nodes(target) if not n.name.startswith(HOOK)]
    except (OSError, ValueError, KeyError):
        return []
    nodes = slowest(made, SLOWEST)
    return [Model(node.name, node.layer, node.seconds) for node in nodes]

"""What must hold of a warehouse's log at any moment, also right after a kill.

Each function returns one line per broken promise; an empty list means that all hold.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clustr.layers import LAYERS
from proving.asking import Query, tables

WATERMARK = "audit.pipeline_watermark"
RUN_LOG = "audit.pipeline_execution_log"
NODE_LOG = "audit.pipeline_node_log"
STARTED, SUCCESS, FAILED = "STARTED", "SUCCESS", "FAILED"
LOG_ROWS = f"""
    select
        execution_id, process_name, status, start_time, end_time, rows_processed,
        batch_id, error_message
    from {RUN_LOG}
"""
LAST_SUCCESSES = f"""
    select node_name, layer, row_count
    from (
        select
            node_name, layer, row_count,
            row_number() over (
                partition by node_name, layer order by end_time desc nulls last
            ) as age
        from {NODE_LOG}
        where status = '{SUCCESS}'
    ) as numbered
    where age = 1
"""

Process = tuple[str, str]
LogRow = tuple[Any, ...]


def read_batch_columns(manifest: Path) -> dict[str, str]:
    """The column of its own batch number of each table that has one, from dbt."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        f"{node['schema']}.{node['alias']}": node["config"]["meta"]["batch_column"]
        for node in nodes
        if "batch_column" in node["config"].get("meta", {})
    }


def watermarks_ahead(query: Query, batch_columns: Mapping[str, str]) -> list[str]:
    """Watermarks above the newest batch that their table holds.

    A process has no table: its watermark answers for all tables that it has built. A
    watermark without a batch only says that its table exists.
    """
    known = tables(query)
    if WATERMARK not in known:
        return []
    watermarks = query(f"select process_name, last_batch_id from {WATERMARK}")
    table_of = {
        name: table
        for name, _ in watermarks
        for table in (f"{layer}.{name}" for layer in LAYERS)
        if table in known
    }
    newest = {
        name: newest_batch(query, table, batch_columns[table])
        for name, table in table_of.items()
        if table in batch_columns
    }
    built: dict[str, int] = {}
    for process, node in query(f"select process_name, node_name from {NODE_LOG}"):
        built[process] = max(built.get(process, 0), newest.get(node, 0))
    broken = []
    for name, batch in watermarks:
        if name not in table_of and name not in built:
            broken.append(f"watermark of {name}: there is no such table")
        held = newest.get(name, built.get(name, 0))
        if (batch or 0) > held:
            broken.append(f"watermark of {name} is {batch}, but its data end at {held}")
    return broken


def newest_batch(query: Query, table: str, column: str) -> int:
    """The highest batch number in a table; 0 when it is empty."""
    ((batch,),) = query(f"select coalesce(max({column}), 0) from {table}")
    return int(batch)


def successes_without_data(query: Query) -> list[str]:
    """Tables that do not hold the rows that their last SUCCESS says."""
    known = tables(query)
    if NODE_LOG not in known:
        return []
    broken = []
    for name, schema, said in query(LAST_SUCCESSES):
        table = f"{schema}.{name}"
        if table not in known:
            broken.append(f"{table}: logged as built, but is not there")
            continue
        if said is None:
            continue  # a view, which holds no rows of its own
        ((held,),) = query(f"select count(*) from {table}")
        if held != said:
            broken.append(f"{table}: logged with {said} rows, but holds {held}")
    return broken


def logged_twice(query: Query) -> list[str]:
    """Nodes that one run has logged as built more than once."""
    if NODE_LOG not in tables(query):
        return []
    return [
        f"{node}: logged {count} times in run {run}"
        for run, node, count in query(
            f"select execution_id, node_name, count(*) from {NODE_LOG}"
            " group by execution_id, node_name having count(*) > 1"
            " order by execution_id, node_name"
        )
    ]


def leftovers(query: Query) -> list[str]:
    """Relations that a build made for its own use and did not clear away."""
    return [
        f"{table}: left by a build that did not end"
        for table in sorted(tables(query))
        if is_of_a_build(table)
    ]


def is_of_a_build(table: str) -> bool:
    """Whether dbt made a table for its own use: to become another, or to be dropped."""
    return "__dbt_tmp" in table or "__dbt_backup" in table


@dataclass(frozen=True)
class RunLog:
    """Rows of audit.pipeline_execution_log at some moment."""

    rows: tuple[LogRow, ...]

    @property
    def started(self) -> set[Process]:
        """Run and name of every process that has started."""
        return {row[:2] for row in self.rows if row[2] == STARTED}

    def ends(self, process: Process) -> list[str]:
        """How a process ended: one status, none yet, or, wrongly, several."""
        return [r[2] for r in self.rows if r[:2] == process and r[2] != STARTED]

    @property
    def open(self) -> set[Process]:
        """Processes that have started and not ended."""
        return {process for process in self.started if not self.ends(process)}


def read_run_log(query: Query) -> RunLog:
    """Read the log; it is empty before a warehouse's first build."""
    has_log = RUN_LOG in tables(query)
    return RunLog(tuple(query(LOG_ROWS)) if has_log else ())


def untrue_ends(before: RunLog, after: RunLog) -> list[str]:
    """What a complete build has not put right in the log of a killed one.

    `before` was read after the kill and `after` when the next build had ended: every
    process left open has failed, once; all others have one end, and rows once written
    have stayed as they were.
    """
    broken = [
        f"log row of {row[1]} in run {row[0]} was changed or deleted"
        for row in before.rows
        if row not in after.rows
    ]
    for process in sorted(after.started):
        run, name = process
        ends = after.ends(process)
        if process in before.open and ends != [FAILED]:
            broken.append(f"{name} of killed run {run} ended {ends}, not once {FAILED}")
        elif len(ends) != 1:
            broken.append(f"{name} of run {run} ended {len(ends)} times: {ends}")
    return broken


def unfounded_successes(query: Query) -> list[str]:
    """Processes logged as SUCCESS although a node of theirs was not built.

    To be asked after complete builds only, some of them killed: a process's nodes are
    all those that any of its runs has built.
    """
    built: dict[Process, set[str]] = {}
    for run, process, node in query(
        f"select execution_id, process_name, node_name from {NODE_LOG}"
        f" where status = '{SUCCESS}'"
    ):
        built.setdefault((run, process), set()).add(node)
    whole: dict[str, set[str]] = {}
    for (_, process), nodes in built.items():
        whole.setdefault(process, set()).update(nodes)
    broken = []
    for run, process, status, *_ in query(LOG_ROWS):
        lacking = whole.get(process, set()) - built.get((run, process), set())
        if status == SUCCESS and lacking:
            broken.append(
                f"{process} of run {run}: {SUCCESS}, but {min(lacking)} was not built"
            )
    return broken

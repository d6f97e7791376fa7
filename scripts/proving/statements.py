"""Count the SQL statements of a dbt build in this process, and die after one of them.

dbt hands DuckDB several statements in one text; they are run one by one here, so that
the end of each is a point at which the process can be killed. PostgreSQL gets such a
text as one message and carries it out whatever becomes of the sender, so there its end
is the point.
"""

import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper
from dbt.adapters.postgres.connections import PostgresConnectionManager

from clustr.layers import LAYERS

NODE = re.compile(r'"node_id": "([^"]+)"')
START, END = "on-run-start", "on-run-end"
PHASES = (START, *LAYERS, END)


@dataclass(frozen=True)
class Statement:
    """A statement of a build: the node it belongs to, '' for hooks, and its text."""

    node: str
    text: str


@dataclass
class Counter:
    """The statements run so far; kills its own process after number `last`, if any."""

    last: int | None = None
    seen: list[Statement] = field(default_factory=list)

    def count(self, node: str, text: str) -> None:
        """Note that a statement has ended."""
        self.seen.append(Statement(node, text))
        if len(self.seen) == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def node_named_in(sql: str) -> str | None:
    """The node that dbt's comment names; '' where it names none, None without one."""
    if not sql.startswith("/* {"):
        return None
    named = NODE.search(sql)
    return named[1] if named else ""


def watch(counter: Counter) -> None:
    """Have every statement of this process's builds counted, on either engine."""
    watch_duckdb(counter)
    watch_postgres(counter)


def watch_postgres(counter: Counter) -> None:
    """Have what dbt sends to PostgreSQL counted."""
    owner, name = PostgresConnectionManager, "add_query"
    send: Callable[..., Any] = getattr(owner, name)
    current = ""

    def counted_send(manager: Any, sql: str, *arguments: Any, **named: Any) -> Any:
        nonlocal current
        found = node_named_in(sql)
        current = current if found is None else found
        result = send(manager, sql, *arguments, **named)
        counter.count(current, sql)
        return result

    setattr(owner, name, counted_send)


def watch_duckdb(counter: Counter) -> None:
    """Have what dbt has DuckDB run counted."""
    execute: Callable[..., Any] = DuckDBCursorWrapper.execute
    run_job: Callable[..., None] = Environment.run_python_job
    current = ""

    def counted_execute(cursor: Any, sql: str, bindings: Any = None) -> Any:
        nonlocal current
        named = node_named_in(sql)
        current = current if named is None else named
        if bindings is not None:
            result = execute(cursor, sql, bindings)
            counter.count(current, sql)
            return result
        result = None
        for statement in cursor.extract_statements(sql):
            result = execute(cursor, statement)
            counter.count(current, statement.query)
        return result

    def counted_job(*arguments: Any, **named: Any) -> None:
        # it writes the model's table on a cursor that dbt does not wrap
        run_job(*arguments, **named)
        counter.count(current, "write the table of a Python model")

    for owner, name, replacement in (
        (DuckDBCursorWrapper, "execute", counted_execute),
        (Environment, "run_python_job", staticmethod(counted_job)),
    ):
        setattr(owner, name, replacement)


def phases(seen: Sequence[Statement], schemas: Mapping[str, str]) -> list[str]:
    """The phase of each statement: its node's schema, or before or after all nodes."""
    found = []
    has_begun = False
    for statement in seen:
        has_begun = has_begun or bool(statement.node)
        outside = END if has_begun else START
        found.append(schemas.get(statement.node, outside))
    return found

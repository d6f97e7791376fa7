"""Count the SQL statements of a dbt build in this process, and die after one of them.

dbt hands DuckDB several statements in one text; they are run one by one here, so that
the end of each is a point at which the process can be killed. PostgreSQL gets such a
text as one message and carries it out whatever becomes of the sender, so there its end
is the point.

A kill within a transaction leaves what one right after the last commit leaves, and so
does one after a query; so each statement says whether it may have committed anything.
"""

import os
import re
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dbt.adapters.duckdb.environments import Environment
from dbt.adapters.duckdb.environments.local import (
    DuckDBConnectionWrapper,
    DuckDBCursorWrapper,
)
from dbt.adapters.postgres.connections import PostgresConnectionManager
from duckdb import StatementType
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from clustr.layers import LAYERS

NODE = re.compile(r'"node_id": "([^"]+)"')
START, END = "on-run-start", "on-run-end"
PHASES = (START, *LAYERS, END)


@dataclass(frozen=True)
class Statement:
    """A statement of a build: the node it belongs to, '' for hooks, and its text.

    `commits` unless it is a query or left a transaction open on its connection.
    """

    node: str
    text: str
    commits: bool = True


@dataclass
class Counter:
    """The statements run so far; kills its own process after number `last`, if any."""

    last: int | None = None
    seen: list[Statement] = field(default_factory=list)

    def count(self, node: str, text: str, *, commits: bool = True) -> None:
        """Note that a statement has ended."""
        self.seen.append(Statement(node, text, commits))
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
        connection, cursor = send(manager, sql, *arguments, **named)
        status = connection.handle.info.transaction_status
        counter.count(current, sql, commits=status == TRANSACTION_STATUS_IDLE)
        return connection, cursor

    setattr(owner, name, counted_send)


def watch_duckdb(counter: Counter) -> None:
    """Have what dbt has DuckDB run counted."""
    execute: Callable[..., Any] = DuckDBCursorWrapper.execute
    rollback: Callable[..., None] = DuckDBConnectionWrapper.rollback
    run_job: Callable[..., None] = Environment.run_python_job
    current = ""
    in_transaction: set[int] = set()

    def counted_execute(cursor: Any, sql: str, bindings: Any = None) -> Any:
        nonlocal current
        named = node_named_in(sql)
        current = current if named is None else named
        result = None
        for statement in cursor.extract_statements(sql):
            result = execute(cursor, statement, bindings)
            if statement.type == StatementType.TRANSACTION:
                # DuckDB does not say whether a transaction is open
                is_begin = re.search(r"\bbegin\b", statement.query, re.IGNORECASE)
                (in_transaction.add if is_begin else in_transaction.discard)(id(cursor))
            is_query = statement.type in {StatementType.SELECT, StatementType.EXPLAIN}
            commits = id(cursor) not in in_transaction and not is_query
            counter.count(current, statement.query, commits=commits)
        return result

    def noted_rollback(connection: Any) -> None:
        # dbt ends so, and by no statement, what it only read in a transaction
        rollback(connection)
        in_transaction.discard(id(connection.cursor()))

    def counted_job(*arguments: Any, **named: Any) -> None:
        # it writes the model's table on a cursor that dbt does not wrap
        run_job(*arguments, **named)
        counter.count(current, "write the table of a Python model")

    for owner, name, replacement in (
        (DuckDBCursorWrapper, "execute", counted_execute),
        (DuckDBConnectionWrapper, "rollback", noted_rollback),
        (Environment, "run_python_job", staticmethod(counted_job)),
    ):
        setattr(owner, name, replacement)


def phases(seen: Sequence[Statement], schemas: Mapping[str, str]) -> list[str]:
    """The phase of each statement: its node's schema, or before or after all nodes."""
    found = []
    has_begun = False
    for statement in seen:
        schema = schemas.get(statement.node)
        has_begun = has_begun or schema in LAYERS
        found.append(schema if schema in LAYERS else END if has_begun else START)
    return found

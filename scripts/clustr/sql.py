"""Small pieces of SQL text; names come from the seeds' YAML, values are parameters."""

import re
from collections.abc import Sequence

import duckdb


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text, or a path, as an SQL literal: for what takes no parameter."""
    return "'" + str(text).replace("'", "''") + "'"


def glob_free(path: str) -> str:
    """A path that DuckDB's readers take literally, whatever is in it."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def number(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[object] = (),
) -> int | None:
    """The first value of a query, or the row count of a statement; None if NULL."""
    rows = connection.execute(query, list(parameters)).fetchall()
    return int(rows[0][0]) if rows and rows[0][0] is not None else None

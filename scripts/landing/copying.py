"""Rows of DuckDB as the text that PostgreSQL's COPY reads."""

from collections.abc import Sequence

import duckdb

# As many rows as DuckDB has in hand at a time.
BATCH_ROWS = 2048
ESCAPES = (
    (r"'\'", r"'\\'"),  # first, or it would escape what the others write
    ("chr(9)", r"'\t'"),
    ("chr(10)", r"'\n'"),
    ("chr(13)", r"'\r'"),
)


def copy_line(columns: Sequence[str]) -> str:
    """SQL for a row as COPY reads it: escaped, tabs between values, NULL marked."""
    return f"concat_ws(chr(9), {', '.join(map(_copy_value, columns))})"


def _copy_value(column: str) -> str:
    text = f"cast({column} as varchar)"
    for character, escape in ESCAPES:
        text = f"replace({text}, {character}, {escape})"
    return rf"coalesce({text}, '\N')"


class CopyStream:
    """A file to read for COPY: lines of a query that is still running.

    `error` is what the query failed with, because psycopg2 does not tell.
    """

    def __init__(self, lines: duckdb.DuckDBPyConnection) -> None:
        self._lines = lines
        self.error: BaseException | None = None

    def read(self, _size: int = -1) -> bytes:
        """The next batch of lines, of whatever size; empty at the end."""
        try:
            rows = self._lines.fetchmany(BATCH_ROWS)
        except BaseException as error:
            self.error = error
            raise
        return "".join(f"{line}\n" for (line,) in rows).encode()

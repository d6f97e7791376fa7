"""Read the warehouse file, so that no statement can write it or reach another file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from clustr.console import ClustrError
from clustr.warehouse import open_warehouse, warehouse_path
from publish import published_path
from querying.duckdb_types import Column
from querying.reading import CHUNK, Reader, Result, interruptible

LOCKS = (
    "set enable_external_access = false",
    "set lock_configuration = true",
)


class DuckdbReader(Reader):
    """A connection that was opened read-only and then locked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.name = str(path)
        self.connection = connection
        for statement in LOCKS:
            connection.execute(statement)

    def read(self, sql: str) -> Result:
        """Rows of a statement of this project's own, as they come.

        Raises
        ------
        ClustrError
            If it fails, now or while rows are taken.
        """
        with one_line_errors():
            interruptible(
                lambda: self.connection.execute(sql), self.connection.interrupt
            )
        described = self.connection.description or []
        columns = tuple(Column(str(one[0]), str(one[1])) for one in described)
        return Result(columns, self._rows())

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        with one_line_errors():
            while chunk := interruptible(
                lambda: self.connection.fetchmany(CHUNK), self.connection.interrupt
            ):
                yield from chunk

    def read_typed(self, sql: str) -> Result:
        """Rows of one query that somebody typed.

        Raises
        ------
        ClustrError
            If there is more than one statement, or it is no `select`: even a locked
            connection may copy rows into the warehouse's own file, so the kind of
            statement, which DuckDB's own parser tells, is looked at first.
        """
        with one_line_errors():
            statements = self.connection.extract_statements(sql)
        if len(statements) != 1:
            raise ClustrError(f"SQL: {len(statements)} statements; give one")
        kind = statements[0].type
        if kind != duckdb.StatementType.SELECT:
            name = str(kind).rpartition(".")[2]
            raise ClustrError(f"SQL: {name} is refused; only select is run here")
        return self.read(sql)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Raise DuckDB's errors as ClustrError with their first line."""
    try:
        yield
    except duckdb.Error as error:
        line = (str(error).splitlines() or [type(error).__name__])[0]
        raise ClustrError(f"DuckDB: {line}") from error


@contextmanager
def opened_duckdb() -> Iterator[DuckdbReader]:
    """Read the warehouse file while the block runs.

    Raises
    ------
    ClustrError
        If it cannot be opened; while a build holds it, the published copy is named.
    """
    path = warehouse_path()
    try:
        connection = open_warehouse(path, read_only=True)
    except ClustrError as error:
        if "in use by" in str(error):
            raise ClustrError(f"{error}; {instead_of(path)}") from error
        raise
    with connection:
        yield DuckdbReader(connection, path)


def instead_of(path: Path) -> str:
    """What to read while a build holds the warehouse."""
    published = published_path(path)
    if published.exists():
        return f"or read the published gold: CLUSTR_DUCKDB_PATH={published}"
    return "scripts/publish.py makes a copy of gold that may be read during a build"

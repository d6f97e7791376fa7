"""Land a delivery in the DuckDB warehouse file, in one transaction."""

from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from typing import Any

import duckdb

from clustr.console import ClustrError
from clustr.sql import number, quoted
from clustr.warehouse import open_warehouse, warehouse_path
from landing.delivery import Delivery
from landing.report import Landing
from landing.transaction import land_all
from landing.warehouse import Name, first_line

MEMORY_LIMIT = "1GB"  # DuckDB would else cache what it read, up to most of the RAM

LOCKED = "Conflicting lock"  # DuckDB's words for a file that another process writes


class DuckDBWarehouse:
    """The open warehouse file; it reads the delivered files itself."""

    setting = "CLUSTR_DUCKDB_PATH"
    errors: tuple[type[Exception], ...] = (duckdb.Error,)

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.reader = connection

    def ask(
        self, query: str, values: Sequence[object] = (), **names: Name
    ) -> list[Any]:
        """Rows of a query."""
        return self.reader.execute(_filled(query, names), list(values)).fetchall()

    def change(
        self, statement: str, values: Sequence[object] = (), **names: Name
    ) -> int:
        """Run a statement; returns how many rows it changed, 0 if it has none."""
        return number(self.reader, _filled(statement, names), values) or 0

    def columns(self, table: tuple[str, str]) -> set[str]:
        """Names of a table's columns, none if there is no such table."""
        rows = self.ask(
            """select column_name from duckdb_columns()
            where schema_name = ? and table_name = ?
            and database_name = current_database()""",
            table,
        )
        return {str(row[0]) for row in rows}

    def insert(
        self,
        table: tuple[str, str],
        columns: list[str],
        query: str,
        parameters: Sequence[object],
    ) -> int:
        """Load a table in bulk; returns how many rows there were."""
        target, listed = _identifier(table), _identifier(columns)
        statement = f"insert into {target} ({listed}) {query}"
        return number(self.reader, statement, parameters) or 0


def _identifier(name: Name) -> str:
    """A name as SQL: one, the two of a table, or a list."""
    if isinstance(name, str):
        return quoted(name)
    return (".", ", ")[isinstance(name, list)].join(quoted(part) for part in name)


def _filled(query: str, names: dict[str, Name]) -> str:
    return query.format(**{place: _identifier(name) for place, name in names.items()})


def land(delivery: Delivery, max_deleted_share: Fraction) -> Landing:
    """Land every file of a delivery, or none; see `land_all`.

    Raises
    ------
    ClustrError
        If the warehouse cannot be opened or a file is refused; nothing is changed.
    """
    path = warehouse_path()
    is_new = not path.exists()
    try:
        with closing(open_warehouse(path, read_only=False)) as connection:
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("begin")
            warehouse = DuckDBWarehouse(connection)
            landing = land_all(warehouse, delivery, max_deleted_share)
            connection.execute("commit")
            return landing
    except BaseException as error:
        if is_new and LOCKED not in str(error.__cause__):
            # on a full disk, even a file with half a header that would not open
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        if isinstance(error, duckdb.Error):
            raise ClustrError(f"{path}: {first_line(error)}") from error
        raise

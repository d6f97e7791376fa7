"""Land a delivery in PostgreSQL, in one transaction, by COPY.

DuckDB reads and checks the files as it does for its own warehouse; the good rows go
from it to the server in batches, so that memory does not grow with the file.
"""

from collections.abc import Sequence
from contextlib import closing
from fractions import Fraction
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg2
from psycopg2 import sql

from clustr.console import ClustrError
from clustr.postgres import connect
from landing.copying import CopyStream, copy_line
from landing.delivery import Delivery
from landing.report import Landing
from landing.transaction import land_all
from landing.warehouse import Name, first_line

# The letters "land"; also in macros/raw/refuse_seeds_over_deliveries.sql.
LANDING_LOCK = 0x6C616E64
# The reader only passes rows on; line numbers that drift from row numbers spill.
READER_MEMORY = "256MB"


class PostgresWarehouse:
    """A server, and a DuckDB beside it that reads the delivered files."""

    setting = "PGDATABASE"
    errors: tuple[type[Exception], ...] = (duckdb.Error, psycopg2.Error)

    def __init__(self, connection: Any, reader: duckdb.DuckDBPyConnection) -> None:
        self.reader = reader
        self._connection = connection

    def ask(
        self, query: str, values: Sequence[object] = (), **names: Name
    ) -> list[Any]:
        """Rows of a query."""
        with self._connection.cursor() as cursor:
            cursor.execute(_filled(query, names), tuple(values))
            return list(cursor.fetchall())

    def change(
        self, statement: str, values: Sequence[object] = (), **names: Name
    ) -> int:
        """Run a statement; returns how many rows it changed, 0 if it has none."""
        with self._connection.cursor() as cursor:
            cursor.execute(_filled(statement, names), tuple(values))
            return max(0, int(cursor.rowcount))

    def columns(self, table: tuple[str, str]) -> set[str]:
        """Names of a table's columns, none if there is no such table.

        Tables that this user may not read are seen too: to read them fails then,
        where information_schema would say that there is nothing.
        """
        rows = self.ask(
            """select attributes.attname
            from pg_catalog.pg_attribute as attributes
            inner join pg_catalog.pg_class as tables
                on attributes.attrelid = tables.oid
            inner join pg_catalog.pg_namespace as schemas
                on tables.relnamespace = schemas.oid
            where schemas.nspname = ? and tables.relname = ?
                and attributes.attnum > 0 and not attributes.attisdropped""",
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
        places = [f"v{at}" for at in range(len(columns))]
        rows = self.reader.execute(
            f"select {copy_line(places)} from ({query}) as copied({', '.join(places)})",
            list(parameters),
        )
        stream = CopyStream(rows)
        names: dict[str, Name] = {"table": table, "columns": columns}
        with self._connection.cursor() as cursor:
            try:
                copy = _filled("copy {table} ({columns}) from stdin", names)
                cursor.copy_expert(copy, stream)
            except psycopg2.Error:
                # what the reader says is the cause, and PostgreSQL's words the effect
                if stream.error:
                    raise stream.error from None
                raise
            return int(cursor.rowcount)


def _identifier(name: Name) -> sql.Composable:
    """A name as SQL: one, the two of a table, or a list."""
    if isinstance(name, list):
        return sql.SQL(", ").join(map(sql.Identifier, name))
    return sql.Identifier(name) if isinstance(name, str) else sql.Identifier(*name)


def _filled(query: str, names: dict[str, Name]) -> sql.Composable:
    # psycopg2 writes a value's place as %s, and a percent sign twice
    text = query.replace("%", "%%").replace("?", "%s")
    return sql.SQL(text).format(
        **{place: _identifier(name) for place, name in names.items()}
    )


def land(delivery: Delivery, max_deleted_share: Fraction) -> Landing:
    """Land every file of a delivery, or none; see `land_all`.

    Raises
    ------
    ClustrError
        If the server cannot be reached, another landing is under way or a file is
        refused; nothing is changed.
    """
    with (
        closing(connect()) as connection,
        TemporaryDirectory(prefix="clustr-land-") as scratch,
        closing(_reader(scratch)) as reader,
    ):
        place = f"database {connection.info.dbname} at {connection.info.host}"
        try:
            connection.set_client_encoding("UTF8")
            warehouse = PostgresWarehouse(connection, reader)
            _lock(warehouse, place)
            landing = land_all(warehouse, delivery, max_deleted_share)
            for file in delivery.files:
                # the build that follows finds new tables else without statistics
                warehouse.change("analyze {table}", table=(file.schema, file.table))
            connection.commit()
        except PostgresWarehouse.errors as error:
            raise ClustrError(f"{place}: {first_line(error)}") from error
        return landing


def _reader(scratch: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB without a file, which puts into `scratch` what memory cannot hold."""
    return duckdb.connect(
        config={"memory_limit": READER_MEMORY, "temp_directory": scratch}
    )


def _lock(warehouse: PostgresWarehouse, place: str) -> None:
    """Keep other landings out until the transaction ends.

    Deliveries so become visible in the order of their numbers: a build never takes
    one while an older is still on its way, which it would then pass over.
    """
    warehouse.change("set local application_name = 'land.py'")
    # the scan of a large file keeps the server waiting
    warehouse.change("set local idle_in_transaction_session_timeout = 0")
    ((is_mine,),) = warehouse.ask("select pg_try_advisory_xact_lock(?)", [LANDING_LOCK])
    if is_mine:
        return
    holders = warehouse.ask(
        """select ' by ' || sessions.application_name || ' of ' || sessions.usename
            || ' (server process ' || sessions.pid || ')'
        from pg_catalog.pg_locks as locks
        inner join pg_catalog.pg_stat_activity as sessions
            on locks.pid = sessions.pid and locks.granted
        inner join pg_catalog.pg_database as databases
            on locks.database = databases.oid
        where locks.locktype = 'advisory' and locks.classid = 0
            and locks.objid = ? and locks.objsubid = 1
            and databases.datname = current_database()""",
        [LANDING_LOCK],
    )
    holder = (holders or [("",)])[0][0] or ""
    raise ClustrError(f"{place}: in use{holder}; try again when it is done")

"""The tables landing keeps in the warehouse file, and what leaves them again."""

import duckdb

from clustr.feeds import Feed
from landing.sql import number, quoted

Connection = duckdb.DuckDBPyConnection

ORIGIN = {
    "delivery_id": "bigint",
    "source_filename": "varchar",
    "line_number": "bigint",
}
DELIVERED_FILES = {
    "delivery_id": "bigint",
    "source_table": "varchar",
    "source_filename": "varchar",
    "rows_read": "bigint",
    "rows_landed": "bigint",
    "rows_rejected": "bigint",
    "sha256": "varchar",
    "unknown_columns": "varchar",
    "landed_at": "timestamp",
    "missing_columns": "varchar",
    "is_complete": "boolean default false",
}
REJECTED_LINES = {
    "delivery_id": "bigint",
    "source_table": "varchar",
    "source_filename": "varchar",
    "line_number": "bigint",
    "rule": "varchar",
    "payload": "varchar",
}


def prepare(
    connection: Connection, feeds: dict[str, Feed], truths: dict[str, tuple[str, ...]]
) -> None:
    """Make what is missing; tables that `dbt seed` made get the columns they lack."""
    for schema in ("landing", "truth"):
        connection.execute(f"create schema if not exists {schema}")
    for feed in feeds.values():
        texts = dict.fromkeys(feed.columns, "varchar")
        _make(connection, "landing", feed.name, texts | ORIGIN)
    _make(connection, "landing", "delivered_files", DELIVERED_FILES)
    _make(connection, "landing", "rejected_lines", REJECTED_LINES)
    for name, columns in truths.items():
        _make(connection, "truth", name, dict.fromkeys(columns, "varchar"))


def _make(
    connection: Connection, schema: str, table: str, columns: dict[str, str]
) -> None:
    target = f"{schema}.{quoted(table)}"
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"create table if not exists {target} ({listed})")
    for name in set(columns) - columns_of(connection, schema, table):
        kind = columns[name]
        connection.execute(f"alter table {target} add column {quoted(name)} {kind}")


def columns_of(connection: Connection, schema: str, table: str) -> set[str]:
    """Names of a table's columns, none if there is no such table."""
    rows = connection.execute(
        """select column_name from duckdb_columns()
        where schema_name = ? and table_name = ?
        and database_name = current_database()""",
        [schema, table],
    ).fetchall()
    return {str(row[0]) for row in rows}


def raw_table(feed: str) -> str:
    """The table that keeps every version of a feed's rows, as SQL."""
    return f"raw.{quoted(f'raw_{feed}')}"


def _raw_tables(connection: Connection, feeds: dict[str, Feed]) -> dict[str, str]:
    """Raw tables that exist and know deliveries, by feed."""
    return {
        name: raw_table(name)
        for name in feeds
        if "delivery_id" in columns_of(connection, "raw", f"raw_{name}")
    }


def taken_deliveries(
    connection: Connection, feeds: dict[str, Feed]
) -> dict[str, int | None]:
    """The newest delivery each raw table holds rows of, None while it has none."""
    return {
        name: number(connection, f"select max(delivery_id) from {raw}")
        for name, raw in _raw_tables(connection, feeds).items()
    }


def next_delivery_id(connection: Connection, taken: dict[str, int | None]) -> int:
    """One more than the highest number ever given to a delivery, from 1."""
    landed = number(connection, "select max(delivery_id) from landing.delivered_files")
    return 1 + max(0, landed or 0, *(newest or 0 for newest in taken.values()))


def purge_taken(connection: Connection, taken: dict[str, int | None]) -> int:
    """Delete landed rows of deliveries older than the newest in raw.

    That newest one stays, and so does anything after it: a delivery of repeats adds
    no row to raw, so it cannot be seen there, and offering it again is harmless.
    """
    purged = 0
    for name, newest in taken.items():
        if newest is not None:
            delete = f"delete from landing.{quoted(name)} where delivery_id < ?"
            purged += number(connection, delete, [newest]) or 0
    return purged


def drop_demo_rows(connection: Connection, feeds: dict[str, Feed]) -> int:
    """Delete the demo's rows (they belong to no delivery) and say how many."""
    dropped = 0
    for name in feeds:
        delete = f"delete from landing.{quoted(name)} where delivery_id is null"
        dropped += number(connection, delete) or 0
    return dropped


def raw_holds_demo(connection: Connection, feeds: dict[str, Feed]) -> bool:
    """Whether raw already took rows of the demo, which nothing removes again."""
    return any(
        number(connection, f"select 1 from {raw} where delivery_id is null limit 1")
        for raw in _raw_tables(connection, feeds).values()
    )

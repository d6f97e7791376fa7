"""The tables landing keeps in the warehouse, and what leaves them again."""

from clustr.feeds import Feed
from landing.warehouse import Warehouse, listed, number

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
    "is_waiting": "boolean default false",
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
    warehouse: Warehouse, feeds: dict[str, Feed], truths: dict[str, tuple[str, ...]]
) -> None:
    """Make what is missing; tables that `dbt seed` made get the columns they lack."""
    for schema in ("landing", "truth"):
        warehouse.change("create schema if not exists {schema}", schema=schema)
    for feed in feeds.values():
        texts = dict.fromkeys(feed.columns, "varchar")
        _make(warehouse, ("landing", feed.name), texts | ORIGIN)
    _make(warehouse, ("landing", "delivered_files"), DELIVERED_FILES)
    _make(warehouse, ("landing", "rejected_lines"), REJECTED_LINES)
    for name, columns in truths.items():
        _make(warehouse, ("truth", name), dict.fromkeys(columns, "varchar"))


def _make(
    warehouse: Warehouse, table: tuple[str, str], columns: dict[str, str]
) -> None:
    there = warehouse.columns(table)
    if not there:
        kinds, names = listed(columns)
        create = f"create table if not exists {{table}} ({kinds})"
        warehouse.change(create, table=table, **names)
        return
    for name, kind in columns.items():
        if name not in there:
            add = f"alter table {{table}} add column {{name}} {kind}"
            warehouse.change(add, table=table, name=name)


def raw_table(feed: str) -> tuple[str, str]:
    """The table that keeps every version of a feed's rows."""
    return "raw", f"raw_{feed}"


def _raw_tables(
    warehouse: Warehouse, feeds: dict[str, Feed]
) -> dict[str, tuple[str, str]]:
    """Raw tables that exist and know deliveries, by feed."""
    return {
        name: raw_table(name)
        for name in feeds
        if "delivery_id" in warehouse.columns(raw_table(name))
    }


def taken_deliveries(
    warehouse: Warehouse, feeds: dict[str, Feed]
) -> dict[str, int | None]:
    """The newest delivery each raw table holds rows of, None while it has none."""
    return {
        name: number(warehouse, "select max(delivery_id) from {raw}", raw=raw)
        for name, raw in _raw_tables(warehouse, feeds).items()
    }


def next_delivery_id(warehouse: Warehouse, taken: dict[str, int | None]) -> int:
    """One more than the highest number ever given to a delivery, from 1."""
    landed = number(warehouse, "select max(delivery_id) from landing.delivered_files")
    return 1 + max(0, landed or 0, *(newest or 0 for newest in taken.values()))


def purge_taken(warehouse: Warehouse, taken: dict[str, int | None]) -> int:
    """Delete landed rows of deliveries older than the newest in raw.

    That newest one stays, and so does anything after it: a delivery of repeats adds
    no row to raw, so it cannot be seen there, and offering it again is harmless.
    """
    purged = 0
    for name, newest in taken.items():
        if newest is not None:
            delete = "delete from {table} where delivery_id < ?"
            purged += warehouse.change(delete, [newest], table=("landing", name))
    return purged


def drop_demo_rows(warehouse: Warehouse, feeds: dict[str, Feed]) -> int:
    """Delete the demo's rows (they belong to no delivery) and say how many."""
    delete = "delete from {table} where delivery_id is null"
    return sum(warehouse.change(delete, table=("landing", name)) for name in feeds)


def raw_holds_demo(warehouse: Warehouse, feeds: dict[str, Feed]) -> bool:
    """Whether raw already took rows of the demo, which nothing removes again."""
    query = "select 1 from {raw} where delivery_id is null limit 1"
    return any(
        number(warehouse, query, raw=raw)
        for raw in _raw_tables(warehouse, feeds).values()
    )

"""How the checks speak to a warehouse, whatever its engine."""

from collections.abc import Callable
from typing import Any

Query = Callable[[str], list[tuple[Any, ...]]]

RELATIONS = "select table_schema, table_name from information_schema.tables"
COLUMNS = """
    select table_schema, table_name, column_name from information_schema.columns
    order by ordinal_position
"""


def tables(query: Query) -> set[str]:
    """Every table and view of the warehouse, as `schema.name`."""
    return {f"{schema}.{name}" for schema, name in query(RELATIONS)}


def base_tables(query: Query) -> set[str]:
    """Every table of the warehouse, views left out, as `schema.name`."""
    found = query(f"{RELATIONS} where table_type = 'BASE TABLE'")
    return {f"{schema}.{name}" for schema, name in found}


def columns(query: Query) -> dict[str, list[str]]:
    """Columns of every table and view `schema.name`, in order."""
    found: dict[str, list[str]] = {}
    for schema, name, column in query(COLUMNS):
        found.setdefault(f"{schema}.{name}", []).append(column)
    return found

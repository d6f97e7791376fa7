"""What landing needs of a warehouse, so that one text of SQL serves every engine."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import duckdb

# A column or alias, a table in its schema, or a list of columns.
Name = str | tuple[str, str] | list[str]


class Warehouse(Protocol):
    """A warehouse with one transaction open on it.

    SQL is written with `?` for each value and `{name}` for each identifier; the
    warehouse binds the ones and quotes the others in its own way.

    `reader` reads the delivered files and is the warehouse itself where that is
    DuckDB. `setting` is the variable that names another warehouse, and `errors` are
    what the engines raise.
    """

    reader: duckdb.DuckDBPyConnection
    setting: str
    errors: tuple[type[Exception], ...]

    def ask(
        self, query: str, values: Sequence[object] = (), **names: Name
    ) -> list[Any]:
        """Rows of a query."""
        ...

    def change(
        self, statement: str, values: Sequence[object] = (), **names: Name
    ) -> int:
        """Run a statement; returns how many rows it changed, 0 if it has none."""
        ...

    def columns(self, table: tuple[str, str]) -> set[str]:
        """Names of a table's columns, none if there is no such table."""
        ...

    def insert(
        self,
        table: tuple[str, str],
        columns: list[str],
        query: str,
        parameters: Sequence[object],
    ) -> int:
        """Load a table in bulk; returns how many rows there were.

        Parameters
        ----------
        table, columns
            Where the rows go, and which columns of it they fill.
        query, parameters
            What `reader` runs to get them: as many columns, in this order.
        """
        ...


def number(
    warehouse: Warehouse, query: str, values: Sequence[object] = (), **names: Name
) -> int | None:
    """The first value of a query; None if it is NULL or there is no row."""
    rows = warehouse.ask(query, values, **names)
    return int(rows[0][0]) if rows and rows[0][0] is not None else None


def first_line(error: Exception) -> str:
    """What an engine says of an error, without the context below it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def listed(columns: Mapping[str, str]) -> tuple[str, dict[str, Name]]:
    """SQL that defines columns, given their types, and the names to put into it."""
    names: dict[str, Name] = {f"c{at}": name for at, name in enumerate(columns)}
    kinds = zip(names, columns.values(), strict=True)
    return ", ".join(f"{{{place}}} {kind}" for place, kind in kinds), names

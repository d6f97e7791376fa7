"""Ask a warehouse what it holds, and say in one line what it lacks."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from clustr.console import ClustrError

Ask = Callable[[str], list[Any]]
MISSING = re.compile(r"Table with name (\S+) does not exist")


def query(connection: duckdb.DuckDBPyConnection, path: Path, sql: str) -> list[Any]:
    """Rows of a query.

    Raises
    ------
    ClustrError
        If the query fails: a table it needs is named when that is missing.
    """
    try:
        return connection.execute(sql).fetchall()
    except duckdb.CatalogException as error:
        missing = MISSING.search(str(error))
        if not missing:
            raise ClustrError(f"{path}: {str(error).splitlines()[0]}") from error
        raise ClustrError(not_built(path, missing[1])) from error
    except duckdb.Error as error:
        raise ClustrError(f"{path}: {str(error).splitlines()[0]}") from error


def not_built(warehouse: Path | str, table: str) -> str:
    """The line that says which table a warehouse lacks."""
    return f"{warehouse}: not built yet, {table} is missing; run `dbt build` first"


def require_tables(ask: Ask, warehouse: Path | str, tables: Iterable[str]) -> None:
    """See that the tables and views `schema.name` exist.

    Raises
    ------
    ClustrError
        If one is missing; the first such is named.
    """
    listed = ask("select table_schema, table_name from information_schema.tables")
    found = {f"{schema}.{table}" for schema, table in listed}
    for table in tables:
        if table not in found:
            raise ClustrError(not_built(warehouse, table))

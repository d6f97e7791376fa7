"""A DuckDB warehouse to break: all that a replay does differently per engine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clustr.contents import query as ask
from clustr.layers import LAYERS
from clustr.warehouse import open_warehouse
from proving.asking import Query

# What a full refresh makes anew; landing, raw and truth it does not.
MADE_FROM_RAW = tuple(layer for layer in LAYERS if layer != "raw")


def log_file(path: Path) -> Path:
    """What DuckDB has written of a file's latest transactions, if any are pending."""
    return path.with_name(path.name + ".wal")


def copy_warehouse(source: Path, copy: Path) -> None:
    """Copy a warehouse file that nobody has open, and its log, over another."""
    shutil.copyfile(source, copy)
    log_file(copy).unlink(missing_ok=True)
    if log_file(source).exists():
        shutil.copyfile(log_file(source), log_file(copy))


@dataclass(frozen=True)
class DuckdbFile:
    """A warehouse in a DuckDB file."""

    path: Path

    def exists(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def environment(self) -> dict[str, str]:
        """Variables that lead dbt and the scripts to it."""
        return {"DBT_TARGET": "duckdb", "CLUSTR_DUCKDB_PATH": str(self.path)}

    @contextmanager
    def asking(self) -> Iterator[Query]:
        """Open it to read; yields a function from SQL to rows.

        Raises
        ------
        ClustrError
            If it cannot be opened, or a query fails.
        """
        with open_warehouse(self.path, read_only=True) as connection:

            def query(sql: str) -> list[tuple[Any, ...]]:
                return ask(connection, self.path, sql)

            yield query

    def save(self, copy: Path) -> None:
        """Copy it as it is, nobody having it open, for `restore`."""
        for path in (copy, log_file(copy)):
            path.unlink(missing_ok=True)
        if self.path.exists():
            copy_warehouse(self.path, copy)

    def restore(self, copy: Path) -> None:
        """Put back what `save` kept; there was no warehouse then if it kept nothing."""
        DuckdbFile(copy).save(self.path)

    def copy_of_raw(self, path: Path) -> "DuckdbFile":
        """Copy what was landed and taken into raw, without anything made of it."""
        copy_warehouse(self.path, path)
        with open_warehouse(path, read_only=False) as connection:
            for schema in MADE_FROM_RAW:
                connection.execute(f"drop schema if exists {schema} cascade")
        return DuckdbFile(path)

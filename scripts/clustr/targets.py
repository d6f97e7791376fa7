"""The warehouse of a target of profiles.yml, asked in the same way on either engine."""

import argparse
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial

from clustr import postgres
from clustr.contents import Ask, query
from clustr.warehouse import open_warehouse, warehouse_path

TARGETS = ("duckdb", "postgres")


@dataclass(frozen=True)
class OpenWarehouse:
    """A warehouse that is connected to."""

    name: str
    """Where it is: the file, or the server and database."""
    ask: Ask
    """Gives the rows of a query, or raises ClustrError."""
    size: int
    """Bytes on disk when it was opened."""


def add_target_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--target`, which defaults to `DBT_TARGET` as it does for dbt."""
    parser.add_argument(
        "--target",
        choices=TARGETS,
        default=os.environ.get("DBT_TARGET") or "duckdb",
        help="which warehouse; default: %(default)s",
    )


@contextmanager
def opened(target: str, *, read_only: bool) -> Iterator[OpenWarehouse]:
    """Connect to the warehouse of a target while the block runs.

    Raises
    ------
    ClustrError
        If it cannot be opened.
    """
    if target == "postgres":
        with closing(postgres.connect()) as server:
            server.set_session(readonly=read_only)
            ask = postgres.asker(server)
            ((size,),) = ask("select pg_database_size(current_database())")
            yield OpenWarehouse(postgres.name_of(server), ask, size)
        return
    path = warehouse_path()
    with open_warehouse(path, read_only=read_only) as file:
        yield OpenWarehouse(str(path), partial(query, file, path), path.stat().st_size)

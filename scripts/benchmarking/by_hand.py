"""The same work as a build, as hand-written SQL without dbt.

Runs the files of `baseline/`, on PostgreSQL those of `baseline_postgres/`, in order in
the warehouse that the environment names, and prints what each layer took, as JSON:

    python -m benchmarking.by_hand ENGINE DELIVERY MIN_SUPPORT MIN_CONFIDENCE
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import duckdb
import psycopg2.extensions
from psycopg2 import sql

from benchmarking.server import find_server
from clustr import postgres
from clustr.console import EXIT_OK, ClustrError, fail
from clustr.sql import glob_free, quoted
from clustr.warehouse import open_warehouse, warehouse_path
from landing.copying import CopyStream, copy_line

FOLDER = Path(__file__).parent
# For each sort and hash; PostgreSQL takes 4 MB unless told otherwise.
WORK_MEMORY = "256MB"

Thresholds = Mapping[str, float]
Script = Callable[[Path], object]
Clock = Callable[[], float]
Connect = Callable[
    [Path, Thresholds], AbstractContextManager[tuple[Path, Script, Clock]]
]


@contextmanager
def on_duckdb(
    delivery: Path, thresholds: Thresholds
) -> Iterator[tuple[Path, Script, Clock]]:
    """Connect to DuckDB; yields the scripts, what runs one, and the CPU seconds."""
    with open_warehouse(warehouse_path(), read_only=False) as connection:
        connection.execute("set variable delivery = ?", [str(delivery)])
        for name, value in thresholds.items():
            connection.execute(f"set variable {name} = ?", [value])

        def run(script: Path) -> None:
            connection.execute(script.read_text(encoding="utf-8"))

        yield FOLDER / "baseline", run, time.process_time


@contextmanager
def on_postgres(
    delivery: Path, thresholds: Thresholds
) -> Iterator[tuple[Path, Script, Clock]]:
    """Connect to PostgreSQL; yields the scripts, what runs one, and the CPU seconds.

    The tables of landing, once made, are filled from the delivery's files.
    """
    server = find_server()
    with closing(postgres.connect()) as connection:
        connection.autocommit = True
        ask = postgres.asker(connection)
        ask(f"set work_mem = '{WORK_MEMORY}'")
        for name, value in thresholds.items():
            ask(f"set clustr.{name} = {value}")

        def run(script: Path) -> None:
            ask(script.read_text(encoding="utf-8"))
            if layer_of(script) == "landing":
                for file in sorted(delivery.glob("*.parquet")):
                    copy_file(connection, file)

        yield (
            FOLDER / "baseline_postgres",
            run,
            lambda: time.process_time() + server.cpu_seconds(),
        )


CONNECT: dict[str, Connect] = {"duckdb": on_duckdb, "postgres": on_postgres}


def layer_of(script: Path) -> str:
    """Layer a file belongs to: `08_curated_facts.sql` is of `curated`."""
    return script.stem.split("_")[1]


def copy_file(connection: psycopg2.extensions.connection, file: Path) -> None:
    """Fill the table of landing that a Parquet file is named after, by COPY."""
    with duckdb.connect() as reader, connection.cursor() as cursor:
        source = "read_parquet(?, file_row_number = true)"
        path = glob_free(str(file))
        rows = reader.execute(f"select * from {source} limit 0", [path])
        names = [column[0] for column in rows.description or []]
        rows = reader.execute(
            f"select {copy_line([quoted(name) for name in names])} from {source}",
            [path],
        )
        copy = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier("landing", file.stem),
            sql.SQL(", ").join(map(sql.Identifier, names)),
        )
        cursor.copy_expert(copy, CopyStream(rows))


def main(argv: list[str]) -> int:
    """Build the warehouse; print `{layer: {start, end, cpu_seconds}}`."""
    engine, delivery, min_support, min_confidence, holdout_days = argv
    thresholds = {
        "min_support": float(min_support),
        "min_confidence": float(min_confidence),
        "holdout_days": float(holdout_days),
    }
    layers: dict[str, dict[str, float]] = {}
    try:
        with CONNECT[engine](Path(delivery), thresholds) as (folder, run, clock):
            for script in sorted(folder.glob("*.sql")):
                start, cpu_start = time.time(), clock()
                run(script)
                nothing = {"start": start, "cpu_seconds": 0.0}
                spent = layers.setdefault(layer_of(script), nothing)
                spent["end"] = time.time()
                spent["cpu_seconds"] += clock() - cpu_start
    except (ClustrError, duckdb.Error, psycopg2.Error) as error:
        return fail(error)
    print(json.dumps(layers))
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

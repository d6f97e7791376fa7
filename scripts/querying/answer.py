"""What is asked of a warehouse, and where the answer goes."""

import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from clustr.console import ClustrError
from clustr.files import replacing
from clustr.warehouse import warehouse_path
from querying.duckdb_reader import opened_duckdb
from querying.exporting import check_free, format_of, parquet_file, text_file
from querying.formats import WRITERS, write_raw_csv
from querying.postgres_reader import opened_postgres
from querying.reading import Cut, Reader, Result

FORMATS = ("table", "csv", "json", "parquet")
TABLE_LIMIT = 20


@dataclass(frozen=True)
class Output:
    """Where rows go, in which form, and how many at most."""

    form: str
    """One of FORMATS."""
    path: Path | None = None
    """A file; None is standard output."""
    limit: int | None = None
    """At most so many rows; None is all."""
    force: bool = False
    """Whether a file that exists is replaced."""
    raw: bool = False
    """Whether CSV holds text as it is."""


def opened_reader(target: str) -> AbstractContextManager[Reader]:
    """Read the warehouse of a target while the block runs; ClustrError if not."""
    return opened_postgres() if target == "postgres" else opened_duckdb()


def choose_output(
    *,
    form: str | None,
    path: Path | None,
    limit: int | None,
    as_table: bool,
    force: bool = False,
    raw: bool = False,
) -> Output:
    """What the options and their absence mean.

    Without a format, a file's ending decides, else `as_table`, else CSV. Without a
    limit, a table has 20 rows and everything else all.

    Raises
    ------
    ClustrError
        If the limit is negative or beyond counting, the format unknown or not the
        file's, the file may not be written, or Parquet has no file.
    """
    if limit is not None and not 0 <= limit <= sys.maxsize:
        raise ClustrError(f"--limit {limit}: must be from 0 to {sys.maxsize}")
    if form is not None and form not in FORMATS:
        raise ClustrError(f"--format {form}: must be one of {', '.join(FORMATS)}")
    if path is None:
        form = form or ("table" if as_table else "csv")
        if form == "parquet":
            raise ClustrError("--format parquet: needs --out FILE")
    else:
        ending = format_of(path)
        if form not in {None, ending}:
            raise ClustrError(f"--format {form}: --out {path} is {ending}")
        form = ending
        warehouse = warehouse_path()
        if path.exists() and warehouse.exists() and path.samefile(warehouse):
            raise ClustrError(f"--out {path}: is the warehouse itself")
        check_free(path, force=force)
    if limit is None and form == "table":
        limit = TABLE_LIMIT
    return Output(form, path, limit, force, raw)


def write(result: Result, output: Output) -> None:
    """Write the rows of a result; what was cut or written is said on standard error.

    Raises
    ------
    ClustrError
        If reading or writing fails; a file is then as it was before.
    """
    rows = Cut(result.rows, output.limit)
    writer = write_raw_csv if output.raw else WRITERS["csv"]
    writer = writer if output.form == "csv" else WRITERS.get(output.form, writer)
    if output.path is None:
        writer(result.columns, rows, sys.stdout)
    else:
        if output.form == "parquet":
            fill = parquet_file(result.columns, rows)
        else:
            fill = text_file(writer, result.columns, rows)
        with replacing(output.path, "--out") as new:
            fill(new)
        print(f"{output.path}: {rows.count:,} rows", file=sys.stderr)
    if rows.is_cut:
        line = f"cut after {rows.count:,} rows, there are more; --limit N says how many"
        print(line, file=sys.stderr)

"""Turn one delivered file into a query whose rows are the table's columns as text.

Used by every target: DuckDB reads the files, wherever the rows go.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from clustr.console import ClustrError
from clustr.sql import glob_free, quoted
from landing.csv_scan import CsvScan, CsvScanner, Sink
from landing.delivery import DeliveredFile
from landing.header import ColumnMatch, match_columns
from landing.parquet import as_text, describe
from landing.source import Source, checksum

DEFAULT_LINE_BYTES = 2_000_000


@dataclass(frozen=True)
class Table:
    """What a table of landing or truth wants of a file."""

    schema: str
    name: str
    columns: tuple[str, ...]
    optional: frozenset[str]


@dataclass(frozen=True)
class Reading:
    """A checked file: `query` (with `parameters`) yields its good rows.

    The query's columns are the table's, then `row_number` from 1 in file order
    and `is_read`, which is true.
    """

    query: str
    parameters: tuple[object, ...]
    is_csv: bool
    landed: int
    rejected: int
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    sha256: str


def read_file(
    connection: duckdb.DuckDBPyConnection,
    file: DeliveredFile,
    table: Table,
    sink: Sink,
    scratch: Path,
) -> Reading:
    """Check a file and say how to read it.

    A CSV file with records that are no rows is read from a copy without them, made in
    the folder `scratch`: DuckDB's own ignoring of errors takes lines with too many
    fields for rows if the surplus is empty, and can misread quotes then.

    Raises
    ------
    ClustrError
        If the file is refused; the message names it, and the line or column.
    """
    if file.path.stat().st_size == 0:
        raise ClustrError(f"{file.label}: is empty (0 bytes): not even a header")
    if file.kind == "parquet":
        return _read_parquet(connection, file, table)
    return _read_csv(file, table, sink, scratch)


def _read_csv(file: DeliveredFile, table: Table, sink: Sink, scratch: Path) -> Reading:
    source = Source(file.path, file.label)
    scan = CsvScanner(source, sink).run()
    match = match_columns(file.label, scan.header, table.columns, table.optional)
    path, skip = file.path, scan.header_lines
    if scan.rejected:
        path, skip = scratch / f"{table.name}.csv", 1
        try:
            with path.open("wb") as copy:
                CsvScanner(source, None, copy).run()
        except OSError as error:
            raise ClustrError(
                f"{file.label}: cannot be copied without its broken lines to"
                f" {scratch.parent}: {error.strerror}; set TMPDIR to a folder with room"
            ) from error
    names = {name: f"c{at}" for name, at in match.positions.items()}
    picked = _picked(table, {name: quoted(column) for name, column in names.items()})
    query = f"""select {picked}, row_number() over () as row_number, true as is_read
        from {_csv(scan, skip)}"""
    return Reading(
        query=query,
        parameters=(glob_free(str(path)),),
        is_csv=True,
        landed=scan.landed,
        rejected=scan.rejected,
        unknown=match.unknown,
        missing=match.missing,
        sha256=source.sha256,
    )


def _csv(scan: CsvScan, skip: int) -> str:
    """The call of DuckDB's reader: nothing is left to its guessing.

    It may not split a file with line breaks inside values: it guesses then whether it
    stands inside quotes, and was seen to make rows of the text of a value. It finds
    out by itself whether lines end in LF or CR LF, from the header that is skipped
    (told so by `new_line`, it skips wrongly); the scan has checked that all agree.
    """
    columns = ", ".join(f"'c{at}': 'varchar'" for at in range(len(scan.header)))
    longest = max(DEFAULT_LINE_BYTES, scan.longest + 16)
    return f"""read_csv(?, auto_detect = false, header = false,
        skip = {skip}, delim = ',', quote = '"', escape = '"',
        nullstr = '', encoding = 'utf-8',
        strict_mode = true, null_padding = false,
        columns = {{{columns}}}, max_line_size = {longest},
        parallel = {str(not scan.is_multiline).lower()},
        hive_partitioning = false)"""


def _read_parquet(
    connection: duckdb.DuckDBPyConnection, file: DeliveredFile, table: Table
) -> Reading:
    columns, rows = describe(connection, str(file.path), file.label)
    names = [name for name, _ in columns]
    match: ColumnMatch = match_columns(file.label, names, table.columns, table.optional)
    texts = {
        name: as_text(file.label, *columns[at]) for name, at in match.positions.items()
    }
    query = f"""select {_picked(table, texts)}, file_row_number + 1 as row_number,
        true as is_read
        from read_parquet(?, file_row_number = true, hive_partitioning = false)"""
    return Reading(
        query=query,
        parameters=(glob_free(str(file.path)),),
        is_csv=False,
        landed=rows,
        rejected=0,
        unknown=match.unknown,
        missing=match.missing,
        sha256=checksum(file.path, file.label),
    )


def _picked(table: Table, texts: dict[str, str]) -> str:
    """Select list: every column of the table, NULL where the file lacks it."""
    picked = (
        f"{texts.get(column, 'cast(null as varchar)')} as {quoted(column)}"
        for column in table.columns
    )
    return ", ".join(picked)

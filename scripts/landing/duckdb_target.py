"""Land a delivery in the DuckDB warehouse file, in one transaction."""

from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clustr.console import ClustrError, progress
from clustr.feeds import Feed, load_feeds, load_truth_tables
from clustr.warehouse import open_warehouse, warehouse_path
from landing import duckdb_tables as tables
from landing.delivery import DeliveredFile, Delivery
from landing.duckdb_complete import check_complete
from landing.findings import Findings
from landing.reading import Reading, Table, read_file
from landing.report import FileReport, Landing
from landing.sql import number, quoted

MEMORY_LIMIT = "1GB"  # DuckDB would else cache what it read, up to most of the RAM

LOCKED = "Conflicting lock"  # DuckDB's words for a file that another process writes

DEMO_IN_RAW = (
    "this warehouse already holds the demo shop; "
    "set CLUSTR_DUCKDB_PATH for a warehouse of your own"
)


def land(delivery: Delivery, max_deleted_share: Fraction) -> Landing:
    """Land every file of a delivery, or none.

    Parameters
    ----------
    delivery
        The files.
    max_deleted_share
        Largest share of its feed's known keys that a complete file may lack, in
        [0, 1].

    Raises
    ------
    ClustrError
        If the warehouse cannot be opened or a file is refused; nothing is changed.
    """
    path = warehouse_path()
    is_new = not path.exists()
    try:
        with closing(open_warehouse(path, read_only=False)) as connection:
            connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
            connection.execute("begin")
            landing = _land_all(connection, delivery, max_deleted_share)
            connection.execute("commit")
            return landing
    except BaseException as error:
        if is_new and LOCKED not in str(error.__cause__):
            # on a full disk, even a file with half a header that would not open
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        if isinstance(error, duckdb.Error):
            raise ClustrError(f"{path}: {str(error).splitlines()[0]}") from error
        raise


def _land_all(
    connection: tables.Connection, delivery: Delivery, max_deleted_share: Fraction
) -> Landing:
    feeds, truths = load_feeds(), load_truth_tables()
    tables.prepare(connection, feeds, truths)
    taken = tables.taken_deliveries(connection, feeds)
    landing = Landing(tables.next_delivery_id(connection, taken))
    landing.notes += _make_room(connection, feeds, taken)
    for file in delivery.files:
        progress(f"landing {file.label}")
        if file.schema == "truth":
            table = Table("truth", file.table, truths[file.table], frozenset())
            connection.execute(f"delete from truth.{quoted(file.table)}")
        else:
            feed = feeds[file.table]
            table = Table("landing", feed.name, feed.columns, feed.optional)
        report = _land_file(connection, landing, file, table)
        landing.files.append(report)
        landing.notes += report.notes()
        if file.is_complete:
            landing.notes.append(
                check_complete(
                    *(connection, landing.delivery_id, file, feeds[file.table]),
                    *(taken, report, max_deleted_share),
                )
            )
    return landing


def _make_room(
    connection: tables.Connection,
    feeds: dict[str, Feed],
    taken: dict[str, int | None],
) -> list[str]:
    """Remove what landing need not keep, and say so."""
    notes = []
    if tables.raw_holds_demo(connection, feeds):
        notes.append(DEMO_IN_RAW)
    if purged := tables.purge_taken(connection, taken):
        notes.append(f"{purged:,} rows that raw has taken left landing")
    if dropped := tables.drop_demo_rows(connection, feeds):
        notes.append(f"{dropped:,} rows of the demo left landing")
        for name in load_truth_tables():
            connection.execute(f"delete from truth.{quoted(name)}")
    return notes


def _land_file(
    connection: tables.Connection, landing: Landing, file: DeliveredFile, table: Table
) -> FileReport:
    findings = Findings(connection, landing.delivery_id, file)
    before = file.path.stat()
    with TemporaryDirectory(prefix="clustr-land-") as scratch:
        reading = read_file(connection, file, table, findings, Path(scratch))
        try:
            landed = _insert(connection, landing, file, table, reading, findings)
        except duckdb.Error as error:
            raise ClustrError(f"{file.label}: {str(error).splitlines()[0]}") from error
    after = file.path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ClustrError(f"{file.label}: changed while it was read; try again")
    if landed != reading.landed:
        raise ClustrError(
            f"{file.label}: {reading.landed} good rows counted, {landed} read"
        )
    report = FileReport(
        label=file.label,
        read=landed + reading.rejected,
        landed=landed,
        rejected=reading.rejected,
        unknown=reading.unknown,
        missing=reading.missing,
    )
    _record(connection, landing.delivery_id, file, report, reading.sha256)
    return report


def _insert(
    connection: tables.Connection,
    landing: Landing,
    file: DeliveredFile,
    table: Table,
    reading: Reading,
    findings: Findings,
) -> int:
    """Load the good rows and return how many there were."""
    listed = ", ".join(quoted(column) for column in table.columns)
    target = f"{table.schema}.{quoted(table.name)}"
    if table.schema == "truth":
        query = (
            f"insert into {target} ({listed}) select {listed} from ({reading.query})"
        )
        landed = number(connection, query, reading.parameters)
    else:
        line, join = _line_number(reading, findings)
        # row_number() over () counts rows of a CSV in the order of the file; Parquet
        # brings its own numbers, and without an order loads faster in less memory
        ordered = str(reading.is_csv).lower()
        connection.execute(f"set preserve_insertion_order = {ordered}")
        landed = number(
            connection,
            f"""insert into {target} ({listed}, {", ".join(tables.ORIGIN)})
            select {listed}, cast(? as bigint), cast(? as varchar), {line}
            from ({reading.query}) as delivered {join}""",
            [landing.delivery_id, file.label, *reading.parameters],
        )
    return landed or 0


def _line_number(reading: Reading, findings: Findings) -> tuple[str, str]:
    """SQL for a row's line, and the join it needs where lines and rows drift apart."""
    if not reading.is_csv:
        return "row_number", ""
    if not findings.is_drifting:
        return f"row_number + {findings.shift}", ""
    # a positional join pads the shorter side: is_read keeps only rows of the file
    return "line_number", "positional join line_numbers where is_read"


def _record(
    connection: tables.Connection,
    delivery_id: int,
    file: DeliveredFile,
    report: FileReport,
    sha256: str,
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    unknown = ", ".join(report.unknown) or None
    missing = ", ".join(report.missing) or None
    connection.execute(
        f"""insert into landing.delivered_files ({", ".join(tables.DELIVERED_FILES)})
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            *(delivery_id, file.table, file.label),
            *(report.read, report.landed, report.rejected),
            *(sha256, unknown, now, missing, file.is_complete),
        ],
    )

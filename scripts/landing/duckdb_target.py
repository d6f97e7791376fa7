"""Land a delivery in the DuckDB warehouse file, in one transaction."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clustr.console import ClustrError, progress
from clustr.feeds import load_feeds, load_truth_tables
from clustr.warehouse import open_warehouse, warehouse_path
from landing import duckdb_tables as tables
from landing.delivery import DeliveredFile, Delivery
from landing.findings import Findings
from landing.reading import Reading, Table, read_file
from landing.report import FileReport, Landing
from landing.sql import number, quoted

MEMORY_LIMIT = "1GB"  # DuckDB would else cache what it read, up to most of the RAM

DEMO_IN_RAW = (
    "this warehouse already holds the demo shop; "
    "set CLUSTR_DUCKDB_PATH for a warehouse of your own"
)


def land(delivery: Delivery) -> Landing:
    """Land every file of a delivery, or none.

    Raises
    ------
    ClustrError
        If the warehouse cannot be opened or a file is refused; nothing is changed.
    """
    path = warehouse_path()
    is_new = not path.exists()
    connection = open_warehouse(path, read_only=False)
    try:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("begin")
        landing = _land_all(connection, delivery)
        connection.execute("commit")
        return landing
    except BaseException as error:
        if is_new:
            path.unlink(missing_ok=True)
        if isinstance(error, duckdb.Error):
            raise ClustrError(f"{path}: {str(error).splitlines()[0]}") from error
        raise
    finally:
        connection.close()


def _land_all(connection: tables.Connection, delivery: Delivery) -> Landing:
    feeds, truths = load_feeds(), load_truth_tables()
    tables.prepare(connection, feeds, truths)
    taken = tables.taken_deliveries(connection, feeds)
    landing = Landing(tables.next_delivery_id(connection, taken))
    if tables.raw_holds_demo(connection, feeds):
        landing.notes.append(DEMO_IN_RAW)
    if purged := tables.purge_taken(connection, taken):
        landing.notes.append(f"{purged:,} rows that raw has taken left landing")
    if dropped := tables.drop_demo_rows(connection, feeds):
        landing.notes.append(f"{dropped:,} rows of the demo left landing")
        for name in truths:
            connection.execute(f"delete from truth.{quoted(name)}")
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
        if report.rejected:
            landing.notes.append(
                f"{report.rejected:,} lines of {report.label} have a wrong number of "
                "fields; see landing.rejected_lines"
            )
    return landing


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
    connection.execute(
        f"""insert into landing.delivered_files ({", ".join(tables.DELIVERED_FILES)})
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            *(delivery_id, file.table, file.label),
            *(report.read, report.landed, report.rejected),
            *(sha256, unknown, now),
        ],
    )

"""Land the files of a delivery in a warehouse on which a transaction is open.

The same for every engine, so that messages, counts and refusals are too.
"""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from clustr.console import ClustrError, progress
from clustr.feeds import Feed, load_feeds, load_truth_tables
from clustr.sql import quoted
from landing import tables
from landing.complete import check_complete
from landing.delivery import DeliveredFile, Delivery
from landing.findings import Findings
from landing.reading import Reading, Table, read_file
from landing.report import FileReport, Landing
from landing.warehouse import Warehouse, first_line


def land_all(
    warehouse: Warehouse, delivery: Delivery, max_deleted_share: Fraction
) -> Landing:
    """Land every file of a delivery; the caller commits.

    Parameters
    ----------
    warehouse
        Where the rows go.
    delivery
        The files.
    max_deleted_share
        Largest share of its feed's known keys that a complete file may lack, in
        [0, 1].

    Raises
    ------
    ClustrError
        If a file is refused: the caller must not commit.
    """
    feeds, truths = load_feeds(), load_truth_tables()
    tables.prepare(warehouse, feeds, truths)
    taken = tables.taken_deliveries(warehouse, feeds)
    landing = Landing(tables.next_delivery_id(warehouse, taken))
    landing.notes += _make_room(warehouse, feeds, taken)
    for file in delivery.files:
        progress(f"landing {file.label}")
        if file.schema == "truth":
            table = Table("truth", file.table, truths[file.table], frozenset())
            warehouse.change("delete from {table}", table=("truth", file.table))
        else:
            feed = feeds[file.table]
            table = Table("landing", feed.name, feed.columns, feed.optional)
        report = _land_file(warehouse, landing, file, table)
        landing.files.append(report)
        landing.notes += report.notes()
        if file.is_complete:
            landing.notes.append(
                check_complete(
                    *(warehouse, landing.delivery_id, file, feeds[file.table]),
                    *(taken, report, max_deleted_share),
                )
            )
    return landing


def _make_room(
    warehouse: Warehouse, feeds: dict[str, Feed], taken: dict[str, int | None]
) -> list[str]:
    """Remove what landing need not keep, and say so."""
    notes = []
    if tables.raw_holds_demo(warehouse, feeds):
        notes.append(
            "this warehouse already holds the demo shop; "
            f"set {warehouse.setting} for a warehouse of your own"
        )
    if purged := tables.purge_taken(warehouse, taken):
        notes.append(f"{purged:,} rows that raw has taken left landing")
    if dropped := tables.drop_demo_rows(warehouse, feeds):
        notes.append(f"{dropped:,} rows of the demo left landing")
        for name in load_truth_tables():
            warehouse.change("delete from {table}", table=("truth", name))
    return notes


def _land_file(
    warehouse: Warehouse, landing: Landing, file: DeliveredFile, table: Table
) -> FileReport:
    findings = Findings(warehouse, landing.delivery_id, file)
    before = file.path.stat()
    with TemporaryDirectory(prefix="clustr-land-") as scratch:
        reading = read_file(warehouse.reader, file, table, findings, Path(scratch))
        try:
            landed = _insert(warehouse, landing, file, table, reading, findings)
        except warehouse.errors as error:
            raise ClustrError(f"{file.label}: {first_line(error)}") from error
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
    _record(warehouse, landing.delivery_id, file, report, reading.sha256)
    return report


def _insert(
    warehouse: Warehouse,
    landing: Landing,
    file: DeliveredFile,
    table: Table,
    reading: Reading,
    findings: Findings,
) -> int:
    """Load the good rows and return how many there were."""
    target, columns = (table.schema, table.name), list(table.columns)
    listed = ", ".join(quoted(column) for column in columns)
    if table.schema == "truth":
        query = f"select {listed} from ({reading.query})"
        return warehouse.insert(target, columns, query, reading.parameters)
    line, join = _line_number(reading, findings)
    # row_number() over () counts rows of a CSV in the order of the file; Parquet
    # brings its own numbers, and without an order loads faster in less memory
    ordered = str(reading.is_csv).lower()
    warehouse.reader.execute(f"set preserve_insertion_order = {ordered}")
    return warehouse.insert(
        target,
        [*columns, *tables.ORIGIN],
        f"""select {listed}, cast(? as bigint), cast(? as varchar), {line}
        from ({reading.query}) as delivered {join}""",
        [landing.delivery_id, file.label, *reading.parameters],
    )


def _line_number(reading: Reading, findings: Findings) -> tuple[str, str]:
    """SQL for a row's line, and the join it needs where lines and rows drift apart."""
    if not reading.is_csv:
        return "row_number", ""
    if not findings.is_drifting:
        return f"row_number + {findings.shift}", ""
    # a positional join pads the shorter side: is_read keeps only rows of the file
    return "line_number", "positional join line_numbers where is_read"


def _record(
    warehouse: Warehouse,
    delivery_id: int,
    file: DeliveredFile,
    report: FileReport,
    sha256: str,
) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    unknown = ", ".join(report.unknown) or None
    missing = ", ".join(report.missing) or None
    warehouse.change(
        """insert into landing.delivered_files ({columns})
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            *(delivery_id, file.table, file.label),
            *(report.read, report.landed, report.rejected),
            *(sha256, unknown, now, missing, file.is_complete, True),
        ],
        columns=list(tables.DELIVERED_FILES),
    )

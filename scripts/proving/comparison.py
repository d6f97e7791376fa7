"""Whether two warehouses hold the same, table by table and row by row."""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proving.asking import Query, base_tables, columns

# Snapshots lie in curated, too.
COMPARED_SCHEMAS = ("raw", "staging", "curated", "gold")
# Columns that number the build which wrote a row. Nothing else is left out: batch
# numbers and times of raw are the same for whatever is made of it.
RUN_COLUMNS = frozenset({"load_id"})
SHOWN_ROWS = 3
# How far floating-point cells may differ, as a share: engines add up in any order.
TOLERANCE = 1e-9

Row = tuple[Any, ...]
Times = dict[datetime, str]


@dataclass(frozen=True)
class TableDifference:
    """A table that two warehouses do not agree on; rows are given by their first cell.

    `only_left` and `only_right` count rows that the other side lacks, and hold the
    first few of them.
    """

    table: str
    rows_left: int | None
    rows_right: int | None
    only_left: int = 0
    only_right: int = 0
    examples: tuple[str, ...] = ()

    def line(self, left: str, right: str) -> str:
        """The difference in one line; `left` and `right` name the two warehouses."""
        if self.rows_left is None or self.rows_right is None:
            return f"{self.table}: only in {right if self.rows_left is None else left}"
        shown = "; ".join(self.examples)
        return (
            f"{self.table}: {self.rows_left} rows in {left}, {self.rows_right} in "
            f"{right}; {self.only_left} and {self.only_right} of them differ: {shown}"
        )


def compared_tables(query: Query) -> set[str]:
    """Tables that must not depend on how a warehouse came to be."""
    return {t for t in base_tables(query) if t.split(".")[0] in COMPARED_SCHEMAS}


def times_of_raw(query: Query) -> Times:
    """Each time at which raw took rows, to the first batch that it took then.

    Two builds of one delivery share the batch and not the time.
    """
    times: Times = {}
    for table in sorted(t for t in base_tables(query) if t.startswith("raw.")):
        for taken_at, batch in query(
            f"select ingestion_timestamp, min(batch_id) from {table}"
            " group by ingestion_timestamp order by 2"
        ):
            times.setdefault(taken_at, f"when {table} took batch {batch}")
    return times


def contents(
    query: Query, table: str, names: Sequence[str], times: Times | None = None
) -> Counter[Row]:
    """Rows of a table and how often each is there; names order the cells.

    A cell that is one of `times` is given by its name.
    """
    listed = ", ".join(f'"{name}"' for name in names)
    rows = query(f"select {listed} from {table}")
    if times:
        rows = [
            tuple(times.get(x, x) if isinstance(x, datetime) else x for x in row)
            for row in rows
        ]
    return Counter(rows)


def content_hash(rows: Counter[Row]) -> str:
    """Fingerprint of rows that does not depend on their order, 64 digits."""
    digest = hashlib.sha256()
    for line in sorted(f"{row!r} {count}" for row, count in rows.items()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def business_columns(names: Sequence[str]) -> list[str]:
    """Columns that do not depend on the build which wrote the table, in order."""
    return [name for name in names if name not in RUN_COLUMNS]


def content_hashes(query: Query) -> dict[str, str]:
    """Fingerprint of every compared table, whenever raw took its rows."""
    found, times = columns(query), times_of_raw(query)
    return {
        table: content_hash(
            contents(query, table, business_columns(found[table]), times)
        )
        for table in sorted(compared_tables(query))
    }


def differences(
    left: Query, right: Query, *, own_times: bool = True
) -> list[TableDifference]:
    """Compare all tables of two warehouses; empty when they hold the same.

    Without `own_times`, a time at which raw took rows stands for the batch, so that
    warehouses which took the same deliveries at other times are alike.
    """
    left_times = None if own_times else times_of_raw(left)
    right_times = None if own_times else times_of_raw(right)
    left_columns, right_columns = columns(left), columns(right)
    in_left, in_right = compared_tables(left), compared_tables(right)
    found = []
    for table in sorted(in_left | in_right):
        if table not in in_left or table not in in_right:
            rows_left = 0 if table in in_left else None
            rows_right = 0 if table in in_right else None
            found.append(TableDifference(table, rows_left, rows_right))
            continue
        names = business_columns(left_columns[table])
        if sorted(names) != sorted(business_columns(right_columns[table])):
            found.append(TableDifference(table, 0, 0, examples=("columns differ",)))
            continue
        one = contents(left, table, names, left_times)
        other = contents(right, table, names, right_times)
        if content_hash(one) != content_hash(other) and not are_close(one, other):
            found.append(describe(table, names, one, other))
    return found


def are_close(left: Counter[Row], right: Counter[Row]) -> bool:
    """Whether rows differ in floating-point cells alone, each by next to nothing.

    Rows are matched by all their other cells, and then by size.
    """
    one, other = floats_per_row(left - right), floats_per_row(right - left)
    return one.keys() == other.keys() and all(
        len(one[exact]) == len(other[exact])
        and all(
            math.isclose(x, y, rel_tol=TOLERANCE)
            for row, twin in zip(sorted(one[exact]), sorted(other[exact]), strict=True)
            for x, y in zip(row, twin, strict=True)
        )
        for exact in one
    )


def floats_per_row(rows: Counter[Row]) -> dict[Row, list[tuple[float, ...]]]:
    """The floating-point cells of rows, by what else is in the row."""
    found: dict[Row, list[tuple[float, ...]]] = {}
    for row in rows.elements():
        exact = tuple(None if isinstance(cell, float) else (cell,) for cell in row)
        floats = tuple(cell for cell in row if isinstance(cell, float))
        found.setdefault(exact, []).append(floats)
    return found


def describe(
    table: str, names: Sequence[str], left: Counter[Row], right: Counter[Row]
) -> TableDifference:
    """Say which rows differ, and for a row that both have, in which column."""
    only_left, only_right = left - right, right - left
    examples = []
    by_key = {row[0]: row for row in sorted(only_right, key=repr)}
    for row in sorted(only_left, key=repr):
        key, twin = row[0], by_key.pop(row[0], None)
        examples.append(f"{names[0]} {key} {how_rows_differ(names, row, twin)}")
    examples += [f"{names[0]} {key} is new" for key in by_key]
    return TableDifference(
        table=table,
        rows_left=left.total(),
        rows_right=right.total(),
        only_left=only_left.total(),
        only_right=only_right.total(),
        examples=tuple(examples[:SHOWN_ROWS]),
    )


def how_rows_differ(names: Sequence[str], row: Row, twin: Row | None) -> str:
    """The first column in which two rows of one key differ, and its two values."""
    if twin is None:
        return "is missing"
    for name, one, other in zip(names, row, twin, strict=True):
        if one != other:
            return f"has {name} {one} and {other}"
    return "is there more than once"

"""Rows as a table of text, CSV or JSON, written as they come."""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO

from clustr.text import in_columns
from querying.duckdb_types import Column

WIDEST = 60
# A spreadsheet may take a cell that begins so for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
SPECIAL = re.compile(r'[,"\r\n]')
Lines = Iterable[Sequence[Any]]
Write = Callable[[Sequence[Column], Lines, TextIO], None]


def as_text(value: Any) -> str:
    """A value as DuckDB would read it back; null is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.timedelta():
            return f"{value.days} days {value.seconds} s {value.microseconds} us"
        case bytes() | memoryview():
            return "".join(f"\\x{byte:02X}" for byte in bytes(value))
        case list() | tuple() | dict():
            return as_json(value)
    return str(value)


def as_json(value: Any) -> str:
    """A value as JSON: decimals are numbers with all their digits, NaN is text."""
    match value:
        case Decimal() if value.is_finite():
            return format(value, "f")
        case float() if math.isfinite(value):
            return repr(value)
        case None | bool() | int():
            return json.dumps(value)
        case list() | tuple():
            return f"[{', '.join(map(as_json, value))}]"
        case dict():
            pairs = (f"{as_json(str(k))}: {as_json(v)}" for k, v in value.items())
            return f"{{{', '.join(pairs)}}}"
    return json.dumps(as_text(value), ensure_ascii=False)


def for_csv(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before it."""
    text = as_text(value)
    is_number = isinstance(value, (bool, int, float, Decimal))
    return f"'{text}" if not is_number and text.startswith(FORMULA) else text


def for_terminal(value: Any) -> str:
    """One short line, without what would steer the terminal."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in as_text(value))
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def write_table(columns: Sequence[Column], rows: Lines, file: TextIO) -> None:
    """Columns of text under their names; long cells are cut."""
    cells = [[for_terminal(column.name) for column in columns]]
    cells += [[for_terminal(value) for value in row] for row in rows]
    alignment = "".join("r" if column.is_number else "l" for column in columns)
    print(in_columns(cells, alignment), file=file)


def csv_line(cells: Iterable[tuple[Any, str]]) -> str:
    """A line of CSV of values and their texts: null is nothing, empty text is `""`.

    The standard library would leave a carriage return without quotes.
    """
    return ",".join(
        in_quotes(text) if value is not None and needs_quotes(text) else text
        for value, text in cells
    )


def needs_quotes(text: str) -> bool:
    """Whether a text that is no null cannot stand bare."""
    return text == "" or SPECIAL.search(text) is not None


def in_quotes(text: str) -> str:
    """A cell of CSV in quotes."""
    return '"' + text.replace('"', '""') + '"'


def write_lines(
    columns: Sequence[Column], rows: Lines, file: TextIO, say: Callable[[Any], str]
) -> None:
    """CSV with a header, cells as `say` has them."""
    header = [column.name for column in columns]
    file.writelines(
        csv_line((value, say(value)) for value in row) + "\n"
        for row in chain([header], rows)
    )


def write_csv(columns: Sequence[Column], rows: Lines, file: TextIO) -> None:
    """CSV with a header; text that begins like a formula gets an apostrophe."""
    write_lines(columns, rows, file, for_csv)


def write_raw_csv(columns: Sequence[Column], rows: Lines, file: TextIO) -> None:
    """CSV with a header, text as it is."""
    write_lines(columns, rows, file, as_text)


def write_json(columns: Sequence[Column], rows: Lines, file: TextIO) -> None:
    """An array of objects, one a line; of two columns of a name the latter stays."""
    names = [column.name for column in columns]
    before = "[\n"
    for row in rows:
        file.write(before + as_json(dict(zip(names, row, strict=True))))
        before = ",\n"
    file.write("[]\n" if before == "[\n" else "\n]\n")


WRITERS: dict[str, Write] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
}

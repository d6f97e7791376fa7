"""Write rows to a file that appears at once and whole."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from clustr.console import ClustrError
from clustr.sql import literal, quoted
from querying.duckdb_types import Column
from querying.formats import Write, as_text
from querying.reading import CHUNK

ENDINGS = {".csv": "csv", ".json": "json", ".parquet": "parquet"}
FillFile = Callable[[Path], None]


def format_of(path: Path) -> str:
    """The format that a file's ending says.

    Raises
    ------
    ClustrError
        If it says none.
    """
    try:
        return ENDINGS[path.suffix.lower()]
    except KeyError:
        endings = ", ".join(ENDINGS)
        raise ClustrError(f"--out {path}: must end in one of {endings}") from None


def check_free(path: Path, *, force: bool) -> None:
    """See that a file may be written.

    Raises
    ------
    ClustrError
        If it is there already and `force` is not given, it is no plain file, or its
        folder does not exist or cannot be written.
    """
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise ClustrError(f"--out {path}: is not a file")
    if path.exists() and not force:
        raise ClustrError(f"--out {path}: exists; --force replaces it")
    if not path.parent.is_dir():
        raise ClustrError(f"--out {path}: folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise ClustrError(f"--out {path}: folder {path.parent} cannot be written")


def text_file(
    write: Write, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> FillFile:
    """What fills a file of text."""

    def fill(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            write(columns, rows, file)

    return fill


def parquet_file(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> FillFile:
    """What fills a Parquet file with columns of the given types.

    The rows go through a database file of their own, so that memory does not grow
    with them: as text, because a frame holds decimals as floats, and back to their
    type.
    """
    types = [column.kind.replace('"NULL"', "INTEGER") for column in columns]
    names = [quoted(name) for name in different([column.name for column in columns])]

    def fill(path: Path) -> None:
        declared = ", ".join(map(" ".join, zip(names, types, strict=True)))
        cells = ", ".join(cell(i, kind) for i, kind in enumerate(types))
        try:
            with duckdb.connect(path.with_name("rows.duckdb")) as database:
                # texts are not to be taken for anything else
                database.execute("set pandas_analyze_sample = 0")
                database.execute(f"create table rows ({declared})")
                for frame in frames(rows, len(types)):
                    database.register("chunk", frame)
                    database.execute(f"insert into rows select {cells} from chunk")
                    database.unregister("chunk")
                database.execute(f"copy rows to {literal(path)} (format parquet)")
        except duckdb.Error as error:
            line = str(error).splitlines()[0]
            raise ClustrError(f"Parquet: {line}") from error

    return fill


def cell(number: int, kind: str) -> str:
    """A text of the chunk, as a value of its type."""
    is_nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
    text = f"cast(c{number} as json)" if is_nested else f"c{number}"
    return f"cast({text} as {kind})"


def frames(rows: Iterable[Sequence[Any]], width: int) -> Iterator[pd.DataFrame]:
    """The rows' texts, some thousands at a time."""
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield pd.DataFrame(
            {
                f"c{i}": pd.Series(
                    [None if row[i] is None else as_text(row[i]) for row in chunk],
                    dtype=object,
                )
                for i in range(width)
            }
        )


def different(names: Sequence[str]) -> list[str]:
    """Names of which none is there twice, capitals or not; `a`, `a_2`."""
    taken: dict[str, str] = {}
    for name in names:
        free, number = name, 1
        while free.lower() in taken:
            number += 1
            free = f"{name}_{number}"
        taken[free.lower()] = free
    return list(taken.values())

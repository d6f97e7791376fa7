"""Write batches as CSV or Parquet: whole files or none, the same bytes every time."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from clustr.console import ClustrError, progress
from clustr.sql import literal, quoted
from generator.layouts import LAYOUTS, Batch
from generator.streams import stream

MANIFEST = "manifest.json"
PART = ".part"
MEMORY_LIMIT = "3GB"
CSV_OPTIONS = "format csv, header true, delimiter ',', quote '\"', nullstr ''"
PARQUET_OPTIONS = "format parquet, compression zstd, row_group_size 122880"


@dataclass(frozen=True)
class Table:
    """One file to write: its path below the folder, and what goes into it."""

    path: str
    sql: str
    frames: Mapping[str, pd.DataFrame]


def feed_table(
    feed: str, columns: Sequence[str], batches: list[Batch], form: str, seed: int
) -> Table:
    """File of one feed: its clean batch first, the dirt strewn among its rows."""
    frames = {"batch_0": batches[0].frame}
    if len(batches) == 1:
        return Table(f"{feed}.{form}", _select(batches[0], "batch_0", columns), frames)
    rng, rows = stream(seed, f"dirt/places/{feed}"), len(batches[0].frame)
    parts = []
    for number, batch in enumerate(batches):
        name, count = f"batch_{number}", len(batch.frame)
        place = np.arange(count)
        if batch.is_last:
            place = np.full(count, rows)
        elif number:
            place = rng.integers(0, max(rows, 1), count)
        frames[name] = batch.frame.assign(place=place, row_number=np.arange(count))
        parts.append(
            _select(batch, name, columns, f", place, {number} batch, row_number")
        )
    names = ", ".join(f'"{column}"' for column in columns)
    rows_sql = " union all ".join(parts)
    sql = f"select {names} from ({rows_sql}) order by place, batch, row_number"
    return Table(f"{feed}.{form}", sql, frames)


def label_table(path: str, batches: Iterable[Batch], keys: Mapping[str, str]) -> Table:
    """File of the dirt's labels: one row per dirty row."""
    frames, parts = {}, []
    for number, batch in enumerate(batches):
        name = f"batch_{number}"
        frames[name] = batch.frame.assign(row_number=np.arange(len(batch.frame)))
        texts = [batch.kind, batch.rule, batch.detail]
        kind, rule, detail = (literal(text) if text else "null" for text in texts)
        parts.append(
            f"select {literal(batch.feed)} feed, {batch.expression(keys[batch.feed])} "
            f"record_key, {kind} kind, {rule} rule, {detail} detail, {number} batch, "
            f"row_number from {name}"
        )
    if not parts:
        return text_table(path, ("feed", "record_key", "kind", "rule", "detail"), [])
    rows_sql = " union all ".join(parts)
    sql = (
        f"select feed, record_key, kind, rule, detail from ({rows_sql}) "
        "order by batch, row_number"
    )
    return Table(path, sql, frames)


def text_table(
    path: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> Table:
    """File of a few rows of text; an empty text is written as NULL."""
    empty = ", ".join(f"cast(null as varchar) {quoted(c)}" for c in columns)
    parts = [f"select {empty}, -1 as row_number"]
    for number, row in enumerate(rows):
        parts.append(f"select {', '.join(map(literal, row))}, {number}")
    names = ", ".join(f"nullif({quoted(c)}, '') {quoted(c)}" for c in columns)
    sql = (
        f"select {names} from ({' union all '.join(parts)}) where row_number >= 0 "
        "order by row_number"
    )
    return Table(path, sql, {})


def frame_table(path: str, name: str, frame: pd.DataFrame) -> Table:
    """File of a truth table that has a layout of its own."""
    sql = _select(Batch(name, frame), "batch_0", list(LAYOUTS[name]))
    return Table(path, sql, {"batch_0": frame})


def prepare_folder(folder: Path, known: Iterable[str]) -> None:
    """Make the folder, see that it can be written, sweep up after a killed run.

    Raises
    ------
    ClustrError
        If the folder cannot be made or written; names it.
    """
    try:
        (folder / "truth").mkdir(parents=True, exist_ok=True)
        _sweep(folder, known)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClustrError(f"--out {folder}: cannot write there: {reason}") from error


def write_tables(
    folder: Path, tables: Iterable[Table], head: dict[str, object], known: set[str]
) -> None:
    """Write every table beside its place, move all into place, manifest last.

    Parameters
    ----------
    folder
        Folder to write to, prepared.
    tables
        What to write.
    head
        What the manifest says before it lists the files.
    known
        Paths that the generator may ever write: the only ones it removes.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="clustr-") as scratch:
            files = {table.path: _write(folder, table, scratch) for table in tables}
        for path in files:
            (folder / (path + PART)).replace(folder / path)
    finally:
        _sweep(folder, known)
    for path in _listed(folder) & known - set(files):
        (folder / path).unlink(missing_ok=True)
    text = json.dumps({**head, "files": files}, indent=2, sort_keys=True) + "\n"
    part = folder / (MANIFEST + PART)
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(folder / MANIFEST)


def _write(folder: Path, table: Table, scratch: str) -> dict[str, object]:
    """Write a table beside its place; return what the manifest says of it."""
    progress(f"writing {folder / table.path}")
    part = folder / (table.path + PART)
    rows = _copy(table, part, scratch)
    return {"rows": rows, "bytes": part.stat().st_size, "sha256": _digest(part)}


def _sweep(folder: Path, known: Iterable[str]) -> None:
    """Remove unfinished files."""
    for path in [*known, MANIFEST]:
        (folder / (path + PART)).unlink(missing_ok=True)


def _select(batch: Batch, name: str, columns: Sequence[str], more: str = "") -> str:
    parts = ", ".join(f"{batch.expression(c)} as {quoted(c)}" for c in columns)
    return f"select {parts}{more} from {name}"


def _copy(table: Table, path: Path, scratch: str) -> int:
    options = PARQUET_OPTIONS if ".parquet" in path.name else CSV_OPTIONS
    # One thread, so that the rows and the row groups come out in one order.
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": scratch,
    }
    with duckdb.connect(config=config) as connection:
        for name, frame in table.frames.items():
            connection.register(name, frame)
        written = connection.execute(
            f"copy ({table.sql}) to {literal(path)} ({options})"
        ).fetchall()
    return int(written[0][0])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(folder: Path) -> set[str]:
    """Files that the folder's present manifest names; none if it cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return set(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()

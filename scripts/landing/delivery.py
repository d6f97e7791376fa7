"""What a delivery folder holds: which file is which feed, and what is left aside."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clustr.console import ClustrError

SUFFIXES = {".csv": "csv", ".csv.gz": "csv", ".parquet": "parquet"}
KNOWN_EXTRAS = frozenset({"manifest.json", "truth"})
TRUTH = "truth"


@dataclass(frozen=True)
class DeliveredFile:
    """One file of a delivery, matched to the landing (or truth) table it fills."""

    path: Path
    label: str  # name relative to the delivery's folder
    schema: str
    table: str
    kind: str  # csv or parquet
    is_complete: bool = False  # whether it holds all rows there are


@dataclass(frozen=True)
class Delivery:
    """A folder's files in the order of their names, and names nobody knows."""

    folder: Path
    files: tuple[DeliveredFile, ...]
    ignored: tuple[str, ...]


def find_delivery(
    folder: Path,
    feeds: Iterable[str],
    truths: Iterable[str],
    complete: Collection[str],
) -> Delivery:
    """List a delivery's files, matched by name without regard to case.

    Raises
    ------
    ClustrError
        If the folder is missing, is no folder, holds no feed, or a feed twice, or if
        a feed said to be `complete` is unknown or not in the folder.
    """
    if not folder.exists():
        raise ClustrError(f"{folder}: no such folder")
    if not folder.is_dir():
        raise ClustrError(f"{folder}: not a folder")
    _refuse_unknown(complete, feeds)
    files, ignored = _match(folder, "", "landing", frozenset(feeds))
    if not files:
        known = ", ".join(sorted(feeds))
        raise ClustrError(f"{folder}: no file of a feed in here; known are {known}")
    files = _mark_complete(folder, files, complete)
    if (folder / TRUTH).is_dir():
        found, strange = _match(folder / TRUTH, "truth/", TRUTH, frozenset(truths))
        files, ignored = files + found, ignored + strange
    _refuse_twice(folder, files)
    return Delivery(folder, tuple(files), tuple(ignored))


def _refuse_unknown(complete: Collection[str], feeds: Iterable[str]) -> None:
    for name in complete:
        if name not in feeds:
            known = ", ".join(sorted(feeds))
            raise ClustrError(f"--complete {name}: no such feed; known are {known}")


def _mark_complete(
    folder: Path, files: list[DeliveredFile], complete: Collection[str]
) -> list[DeliveredFile]:
    here = {file.table for file in files}
    for name in complete:
        if name not in here:
            raise ClustrError(f"--complete {name}: {folder} holds no file of this feed")
    return [replace(file, is_complete=file.table in complete) for file in files]


def _match(
    folder: Path, prefix: str, schema: str, tables: frozenset[str]
) -> tuple[list[DeliveredFile], list[str]]:
    """Files of a folder that are named after one of `tables`, and the other names."""
    files: list[DeliveredFile] = []
    ignored: list[str] = []
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise ClustrError(f"{folder}: cannot be read: {error.strerror}") from error
    for path in paths:
        stem, dot, ending = path.name.lower().partition(".")
        kind, label = SUFFIXES.get(dot + ending), prefix + path.name
        if stem in tables and kind is not None:
            if not path.is_file():
                raise ClustrError(f"{label}: not a regular file")
            files.append(DeliveredFile(path, label, schema, stem, kind))
        elif prefix or path.name not in KNOWN_EXTRAS:
            ignored.append(label)
    return files, ignored


def _refuse_twice(folder: Path, files: list[DeliveredFile]) -> None:
    seen: dict[str, DeliveredFile] = {}
    for file in files:
        other = seen.setdefault(file.table, file)
        if other is not file:
            both = f"{other.label} and {file.label}"
            raise ClustrError(f"{folder}: {file.table} is here twice: {both}")

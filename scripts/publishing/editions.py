"""Editions of gold: what readers may read while the next one is written.

An edition is a DuckDB file and a folder of Parquet files. Each is written beside its
place and moved there at once, so that nobody sees half of one.
"""

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clustr.console import ClustrError, progress
from clustr.sql import literal, quoted

MANIFEST = "manifest.json"
LATEST = "latest"
EDITION = re.compile(r"edition_(\d+)")
# Who has read the manifest has this long to read the files that it names.
KEPT = timedelta(hours=1)
# The oldest layout of files that holds all of gold: drivers of BI tools read a DuckDB
# that is no newer than they are.
LAYOUT = "v1.0.0"
TABLES = """
    select table_name from information_schema.tables
    where
        table_catalog = current_catalog()
        and table_schema = 'gold'
        and table_type = 'BASE TABLE'
    order by table_name
"""


@dataclass(frozen=True)
class PublishedTable:
    """A table's Parquet file; `file` is its path from the manifest's folder."""

    name: str
    file: str
    rows: int
    bytes: int
    sha256: str
    columns: dict[str, str]


def publish(
    warehouse: duckdb.DuckDBPyConnection, path: Path, target: Path, build: int | None
) -> int:
    """Publish the gold of a warehouse as the next edition; how many tables it has.

    `path` is the file that is connected to. The edition's DuckDB file is `target`, its
    Parquet files lie in `parquet_folder(target)`.

    Raises
    ------
    ClustrError
        If anything cannot be read or written; the last edition stays.
    """
    if target.exists() and target.samefile(path):
        raise ClustrError(
            f"{target}: is the warehouse itself; set CLUSTR_GOLD_PATH to another file"
        )
    try:
        with only_one(target), new_folder(target) as folder:
            tables = write(warehouse, folder, target.name)
            put_in_place(folder, target, tables, build)
    except (OSError, duckdb.Error) as error:
        raise ClustrError(f"{target}: {str(error).splitlines()[0]}") from error
    return len(tables)


def parquet_folder(target: Path) -> Path:
    """The folder of Parquet files beside the published DuckDB file."""
    return target.with_name(f"{target.stem}_parquet")


@contextmanager
def only_one(target: Path) -> Iterator[None]:
    """Publish alone: whoever comes meanwhile waits; the system ends it with a kill."""
    folder = parquet_folder(target)
    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress(f"{target}: waiting for another publish.py ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write in, on the target's disk; those of killed runs go."""
    prefix = f".{target.name}-"
    for left in target.parent.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=prefix, dir=target.parent) as folder:
        yield Path(folder)


def write(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, name: str
) -> list[PublishedTable]:
    """Write gold into a folder: the DuckDB file of that name, and `parquet`.

    Detaching writes everything to the one file, so it may be moved without a `.wal`.
    """
    parquet = folder / "parquet"
    parquet.mkdir()
    names = [str(name) for (name,) in warehouse.execute(TABLES).fetchall()]
    options = f"read_write, storage_version {literal(LAYOUT)}"
    warehouse.execute(f"attach {literal(folder / name)} as edition ({options})")
    warehouse.execute("create schema edition.gold")
    tables = [copy_table(warehouse, name, parquet) for name in names]
    warehouse.execute("detach edition")
    (folder / name).chmod(0o444)
    return tables


def copy_table(
    warehouse: duckdb.DuckDBPyConnection, name: str, parquet: Path
) -> PublishedTable:
    """Copy one table to the new DuckDB file, and from there to a Parquet file."""
    file, table = parquet / f"{name}.parquet", f"edition.gold.{quoted(name)}"
    warehouse.execute(f"create table {table} as from gold.{quoted(name)}")
    warehouse.execute(f"copy {table} to {literal(file)} (format parquet)")
    described = warehouse.execute(f"describe {table}").fetchall()
    ((rows,),) = warehouse.execute(f"select count(*) from {table}").fetchall()
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return PublishedTable(
        name=name,
        file=file.name,
        rows=int(rows),
        bytes=file.stat().st_size,
        sha256=digest,
        columns={str(row[0]): str(row[1]) for row in described},
    )


def put_in_place(
    folder: Path, target: Path, tables: list[PublishedTable], build: int | None
) -> None:
    """Move a written edition to where readers look, the manifest last."""
    home = parquet_folder(target)
    number = max(editions(home), default=0) + 1
    name = f"edition_{number}"
    manifest = {
        "edition": number,
        "build": build,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "duckdb": target.name,
        "tables": [
            asdict(table) | {"file": f"{name}/{table.file}"} for table in tables
        ],
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / LATEST).symlink_to(name)
    (folder / "parquet").rename(home / name)
    (folder / target.name).replace(target)
    (folder / LATEST).replace(home / LATEST)
    (folder / MANIFEST).replace(home / MANIFEST)
    forget(home)


def editions(home: Path) -> dict[int, Path]:
    """Folders of editions by their numbers, oldest first."""
    found = {
        int(match[1]): path
        for path in home.iterdir()
        if (match := EDITION.fullmatch(path.name))
    }
    return dict(sorted(found.items()))


def forget(home: Path) -> None:
    """Delete editions that were replaced more than `KEPT` ago."""
    for old, new in pairwise(editions(home).values()):
        replaced = datetime.fromtimestamp(new.stat().st_mtime, UTC)
        if datetime.now(UTC) - replaced > KEPT:
            shutil.rmtree(old)

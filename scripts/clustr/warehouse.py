"""Open the warehouse file, or say in one line why it cannot be opened."""

import os
import re
from pathlib import Path

import duckdb

from clustr.console import ClustrError
from clustr.feeds import PROJECT


def warehouse_path() -> Path:
    """Path of the DuckDB file: `CLUSTR_DUCKDB_PATH`, else `clustr.duckdb` here."""
    return Path(os.environ.get("CLUSTR_DUCKDB_PATH") or PROJECT / "clustr.duckdb")


def open_warehouse(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Connect to the warehouse file.

    Raises
    ------
    ClustrError
        If the file is absent (read-only), locked (the holder is named), not a
        DuckDB file, or its folder cannot be written.
    """
    if read_only and not path.exists():
        raise ClustrError(f"{path}: no warehouse here; run `make build` first")
    if not path.parent.is_dir():
        raise ClustrError(f"{path}: folder {path.parent} does not exist")
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise ClustrError(explain_open_error(path, str(error))) from error


def explain_open_error(path: Path, message: str) -> str:
    """One line for DuckDB's message on a file that would not open."""
    holder = re.search(r"Conflicting lock is held in (.+?) \(PID (\d+)\)", message)
    if holder:
        program, pid = holder.groups()
        return f"{path}: in use by {program} (process {pid}); close it and try again"
    return f"{path}: cannot be opened: {message.splitlines()[0]}"

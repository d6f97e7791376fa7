"""Print a fingerprint of every table and view of the warehouse, one a line, sorted.

    python scripts/content_hashes.py > before.txt

A line is `schema.table rows hash`; the hash does not depend on the order of the rows.
Logs, which grow with every run, are left out. With `--compare before.txt` it prints the
relations that changed since. Exit code 0: done, nothing changed; 1: something changed;
2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail
from clustr.layers import LAYERS
from clustr.warehouse import open_warehouse, warehouse_path

SCHEMAS = ("landing", *LAYERS, "truth")
# What a build without news may write: that it ran.
LOGS = (
    "pipeline_execution_log",
    "pipeline_node_log",
    "pipeline_watermark",
    "proven_tests",
)
RELATIONS = """
    select table_schema, table_name
    from information_schema.tables
    where table_schema in (select unnest(?)) and table_name not in (select unnest(?))
    order by table_schema, table_name
"""

Hashes = dict[str, str]


def content_hashes(warehouse: duckdb.DuckDBPyConnection) -> Hashes:
    """Name of each relation to its number of rows and the hash of its content.

    The hash is the sum of the rows' 64-bit hashes, so equal rows count as often as they
    are there. Empty when the warehouse has none of the schemas.
    """
    hashes = {}
    relations = warehouse.execute(RELATIONS, [list(SCHEMAS), list(LOGS)]).fetchall()
    for schema, table in relations:
        row = warehouse.sql(
            f"select count(*), coalesce(sum(cast(hash(relation) as hugeint)), 0)"
            f' from "{schema}"."{table}" as relation'
        ).fetchall()[0]
        hashes[f"{schema}.{table}"] = f"{row[0]} {int(row[1]):024x}"
    return hashes


def read_hashes(path: Path) -> Hashes:
    """Read what an earlier run printed.

    Raises
    ------
    ClustrError
        If a line is not three words; the message names it.
    """
    hashes = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        name, _, content = line.partition(" ")
        if len(content.split()) != len(("rows", "hash")):
            raise ClustrError(f"{path}, line {number}: {line!r} is no fingerprint")
        hashes[name] = content
    return hashes


def differences(before: Hashes, after: Hashes) -> list[str]:
    """Say what changed: one line per relation, sorted; empty when nothing did."""
    lines = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, "absent"), after.get(name, "absent")
        if old != new:
            old_rows, new_rows = old.split()[0], new.split()[0]
            lines.append(f"{name} changed: rows {old_rows} -> {new_rows}")
    return lines


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="content_hashes.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="what an earlier run printed"
    )
    arguments = parser.parse_args(argv)
    try:
        with open_warehouse(warehouse_path(), read_only=True) as warehouse:
            hashes = content_hashes(warehouse)
        before = read_hashes(arguments.compare) if arguments.compare else None
    except (ClustrError, OSError, duckdb.Error) as error:
        return fail(error)
    if before is None:
        for name, content in hashes.items():
            print(name, content)
        return EXIT_OK
    changed = differences(before, hashes)
    print("\n".join(changed) or f"{len(hashes)} relations, none changed")
    return EXIT_CHECK_FAILED if changed else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Shorten the warehouse's log: keep the newest builds and forget older ones.

    python scripts/prune_audit.py --keep 100

Deletes from `pipeline_execution_log` and `pipeline_node_log` what belongs to older
builds, in one transaction. Watermarks, rejects, raw and all that was built stay. Exit
code 0: done; 2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.contents import query, require_tables
from clustr.warehouse import open_warehouse, warehouse_path
from runs import positive

LOGS = ("audit.pipeline_node_log", "audit.pipeline_execution_log")
# A build is newer than another when its number is larger, whatever clocks said.
KEPT = """
    create temp table kept as
    select execution_id
    from audit.pipeline_execution_log
    group by execution_id
    qualify row_number() over (order by max(batch_id) desc, execution_id) <= ?
"""


def prune(path: Path, keep: int) -> dict[str, int]:
    """Delete the log rows of all but the newest `keep` builds; rows deleted per log.

    Raises
    ------
    ClustrError
        If the warehouse is missing, in use or not built yet; nothing is deleted.
    """
    if not path.exists():
        raise ClustrError(f"{path}: no warehouse here; run `make build` first")
    deleted = {}
    with open_warehouse(path, read_only=False) as warehouse:
        require_tables(partial(query, warehouse, path), path, LOGS)
        try:
            warehouse.execute("begin")
            warehouse.execute(KEPT, [keep])
            for log in LOGS:
                ((rows,),) = warehouse.execute(
                    f"delete from {log} "
                    "where execution_id not in (select execution_id from kept)"
                ).fetchall()
                deleted[log] = int(rows)
            warehouse.execute("commit")
        except duckdb.Error as error:
            raise ClustrError(f"{path}: {str(error).splitlines()[0]}") from error
    return deleted


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="prune_audit.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--keep", type=positive, required=True, metavar="N", help="builds to keep"
    )
    arguments = parser.parse_args(argv)
    try:
        deleted = prune(warehouse_path(), arguments.keep)
    except ClustrError as error:
        return fail(error)
    for log, rows in deleted.items():
        print(f"{log}: {rows:,} rows deleted")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

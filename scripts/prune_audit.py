"""Shorten the warehouse's log: keep the newest builds and forget older ones.

    python scripts/prune_audit.py --keep 100
    python scripts/prune_audit.py --keep 100 --target postgres

Deletes from `pipeline_execution_log` and `pipeline_node_log` what belongs to older
builds, in one transaction. Watermarks, rejects, raw and all that was built stay. Exit
code 0: done; 2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.contents import require_tables
from clustr.targets import add_target_argument, opened
from runs import positive

LOGS = ("audit.pipeline_node_log", "audit.pipeline_execution_log")
# A build is newer than another when its number is larger, whatever clocks said.
DELETE = """
    delete from {log}
    where execution_id not in (
        select execution_id
        from (
            select
                execution_id,
                row_number() over (
                    order by max(batch_id) desc nulls last, execution_id
                ) as age
            from audit.pipeline_execution_log
            group by execution_id
        ) as builds
        where age <= {keep}
    )
    returning execution_id
"""


def prune(target: str, keep: int) -> dict[str, int]:
    """Delete the log rows of all but the newest `keep` builds; rows deleted per log.

    Raises
    ------
    ClustrError
        If the warehouse is missing, in use or not built yet; nothing is deleted.
    """
    # to open a file that is not there for writing would make it
    with opened(target, read_only=True) as warehouse:
        require_tables(warehouse.ask, warehouse.name, LOGS)
    with opened(target, read_only=False) as warehouse:
        warehouse.ask("begin")
        deleted = {
            log: len(warehouse.ask(DELETE.format(log=log, keep=keep))) for log in LOGS
        }
        warehouse.ask("commit")
    return deleted


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="prune_audit.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--keep", type=positive, required=True, metavar="N", help="builds to keep"
    )
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    try:
        deleted = prune(arguments.target, arguments.keep)
    except ClustrError as error:
        return fail(error)
    for log, rows in deleted.items():
        print(f"{log}: {rows:,} rows deleted")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Publish gold: copy its tables to a file of their own that readers may keep open.

    python scripts/publish.py

DuckDB lets nobody read a warehouse while a build writes it. So BI tools read
`clustr_gold.duckdb` (or `CLUSTR_GOLD_PATH`): a new file is written beside it and moved
over it at once. Who has the old one open goes on reading it; who connects anew sees the
new one. Gold of a build that failed, or of which a test failed, is not published. Exit
code 0: published; 1: gold did not pass its tests; 2: could not run.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail
from clustr.contents import query, require_tables
from clustr.warehouse import open_warehouse, warehouse_path

LOGS = (
    "audit.pipeline_execution_log",
    "audit.pipeline_node_log",
    "audit.proven_tests",
)
# What stands against gold: the newest builds that were to write it and broke off or
# failed, unless what failed has succeeded since, or a whole build of gold has.
FAILURES = """
    with

    builds as (
        select
            started.execution_id,
            started.batch_id,
            coalesce(ended.status, 'KILLED') as status,
            coalesce(ended.error_message, 'it has not ended') as error_message
        from audit.pipeline_execution_log as started
        left join audit.pipeline_execution_log as ended
            on
                started.execution_id = ended.execution_id
                and started.process_name = ended.process_name
                and ended.status != 'STARTED'
        where
            started.status = 'STARTED'
            and started.process_name = 'Aggregate_Gold'
    ),

    nodes as (
        select
            log.node_name,
            log.process_name,
            log.status,
            log.error_message,
            builds.batch_id
        from audit.pipeline_node_log as log
        inner join builds on log.execution_id = builds.execution_id
    ),

    whole_builds as (
        select batch_id
        from nodes
        where batch_id in (select batch_id from builds where status = 'SUCCESS')
        group by batch_id
        having
            bool_and(status = 'SUCCESS')
            and count(*) filter (where process_name = 'Aggregate_Gold') >= (
                select count(*) from information_schema.tables
                where table_schema = 'gold' and table_type = 'BASE TABLE'
            )
    ),

    failed_nodes as (
        select
            failed.batch_id,
            failed.node_name || ': ' || coalesce(failed.error_message, '') as reason
        from nodes as failed
        left join nodes as mended
            on
                failed.node_name = mended.node_name
                and failed.batch_id < mended.batch_id
                and mended.status = 'SUCCESS'
        left join audit.proven_tests as proven
            on
                failed.node_name = proven.test_name
                and failed.batch_id < proven.load_id
        where
            failed.status != 'SUCCESS'
            and mended.node_name is null
            and proven.test_name is null
    ),

    failed_builds as (
        select batch_id, error_message as reason
        from builds
        where
            status != 'SUCCESS'
            and batch_id not in (select batch_id from nodes where status != 'SUCCESS')
    )

    select batch_id, min(reason)
    from (select * from failed_nodes union all select * from failed_builds) as failures
    where batch_id > (select coalesce(max(batch_id), 0) from whole_builds)
    group by batch_id
    order by batch_id desc
    limit 1
"""
TABLES = """
    select table_name from information_schema.tables
    where
        table_catalog = 'warehouse'
        and table_schema = 'gold'
        and table_type = 'BASE TABLE'
    order by table_name
"""


def published_path(warehouse: Path) -> Path:
    """Path of the published file: `CLUSTR_GOLD_PATH`, else beside the warehouse."""
    default = warehouse.with_name(f"{warehouse.stem}_gold.duckdb")
    return Path(os.environ.get("CLUSTR_GOLD_PATH") or default)


def copy_gold(warehouse: Path, new: Path) -> int:
    """Copy every gold table to a new file; how many there were.

    Closing writes everything to the one file, so it may be moved without a `.wal`.
    """
    with duckdb.connect(str(new)) as connection:
        literal = str(warehouse).replace("'", "''")
        connection.execute(f"attach '{literal}' as warehouse (read_only)")
        connection.execute("create schema gold")
        tables = [str(name) for (name,) in connection.execute(TABLES).fetchall()]
        for table in tables:
            name = '"' + table.replace('"', '""') + '"'
            connection.execute(
                f"create table gold.{name} as from warehouse.gold.{name}"
            )
    return len(tables)


def publish(path: Path, target: Path) -> int:
    """Replace the published file by the gold of the warehouse; number of tables.

    Raises
    ------
    ClustrError
        If either file cannot be opened or written; the old published file stays.
    """
    if target.exists() and target.samefile(path):
        raise ClustrError(
            f"{target}: is the warehouse itself; set CLUSTR_GOLD_PATH to another file"
        )
    try:
        # in a folder of its own: another publish may be writing beside this one
        with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            new = Path(folder) / target.name
            count = copy_gold(path, new)
            new.replace(target)
    except (OSError, duckdb.Error) as error:
        raise ClustrError(f"{target}: {str(error).splitlines()[0]}") from error
    return count


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="publish.py", description=__doc__.splitlines()[0]
    )
    parser.parse_args(argv)
    path = warehouse_path()
    try:
        with open_warehouse(path, read_only=True) as warehouse:
            ask = partial(query, warehouse, path)
            require_tables(ask, path, (*LOGS, "gold.sales_summary_daily"))
            failures = ask(FAILURES)
        if failures:
            ((number, reason),) = failures
            print(f"not published: build {number} failed: {reason}", file=sys.stderr)
            return EXIT_CHECK_FAILED
        target = published_path(path)
        count = publish(path, target)
    except ClustrError as error:
        return fail(error)
    print(f"published {count} gold tables: {target}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Publish gold: copy its tables to files of their own that readers may keep open.

    python scripts/publish.py

DuckDB lets nobody read a warehouse while a build writes it. So BI tools read
`clustr_gold.duckdb` (or `CLUSTR_GOLD_PATH`), or the Parquet files in
`clustr_gold_parquet`: `manifest.json` names those of one edition, `latest` holds the
newest. New files are written beside them and moved over them at once. Who has old ones
open goes on reading them; who connects anew sees the new ones. Gold of a build that
failed, or of which a test failed, is not published. Exit code 0: published; 1: gold did
not pass its tests; 2: could not run.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail
from clustr.contents import query, require_tables
from clustr.warehouse import open_warehouse, warehouse_path
from publishing.editions import parquet_folder, publish
from publishing.failures import LOGS, newest_build, newest_failure


def published_path(warehouse: Path) -> Path:
    """Path of the published file: `CLUSTR_GOLD_PATH`, else beside the warehouse."""
    default = warehouse.with_name(f"{warehouse.stem}_gold.duckdb")
    return Path(os.environ.get("CLUSTR_GOLD_PATH") or default)


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
            if failure := newest_failure(ask):
                number, reason = failure
                line = f"not published: build {number} failed: {reason}"
                print(line, file=sys.stderr)
                return EXIT_CHECK_FAILED
            # no build comes in between as long as the warehouse is open here
            target = published_path(path)
            count = publish(warehouse, path, target, newest_build(ask))
    except ClustrError as error:
        return fail(error)
    print(f"published {count} gold tables: {target}, {parquet_folder(target)}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

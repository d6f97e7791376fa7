"""Write the page that shows which columns each column is made of.

    dbt docs generate --static
    python scripts/column_lineage.py

`make docs` does both. Reads manifest.json and catalog.json in target, or in what
DBT_TARGET_PATH names, and writes column_lineage.html there. Neither the warehouse nor a
network is asked. Exit code 0: written; 2: could not.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.feeds import PROJECT
from clustr.files import replacing
from lineage.page import page
from lineage.reading import Table, read_lineage

NAME = "column_lineage.html"


def coverage(tables: Sequence[Table]) -> str:
    """How many columns that SQL makes lead to others, in words."""
    columns = [c for table in tables if table.is_followed for c in table.columns]
    found = sum(bool(column.sources) for column in columns)
    return f"{found} of {len(columns)} columns lead to others"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="column_lineage.py", description=__doc__.splitlines()[0]
    )
    parser.parse_args(argv)
    target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
    try:
        tables = read_lineage(target)
        with replacing(target / NAME, "page") as file:
            file.write_text(page(tables), encoding="utf-8")
    except ClustrError as error:
        return fail(error)
    print(f"wrote {target / NAME}: {coverage(tables)}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

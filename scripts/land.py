"""Land one delivery: load a folder of feed files into the warehouse's landing schema.

    python scripts/land.py deliveries/2024-05-01 --complete customers

The folder holds CSV, CSV.gz or Parquet files named after the feeds (`orders.csv`). All
of them land in one transaction, or, if one is refused, none. A feed named by --complete
is delivered with all rows there are: the next build deletes the keys it lacks. The
warehouse is the file at `CLUSTR_DUCKDB_PATH`, else `clustr.duckdb`; with --target
postgres it is the database that the PG variables name. Exit code 0: landed; 2: could
not.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.feeds import load_feeds, load_truth_tables
from landing.delivery import find_delivery
from landing.report import as_table
from landing.targets import TARGETS

DEFAULT_MAX_DELETED_SHARE = Fraction("0.3")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        raise ClustrError(f"{message}; see {self.prog} --help")


def _share(text: str) -> Fraction:
    """A share in [0, 1], exact, so that 0.3 of ten keys is three."""
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"must be from 0 to 1, not {text}")
    return share


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="land.py", description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=Path, help="the delivery")
    parser.add_argument(
        "--complete",
        metavar="FEED",
        action="append",
        default=[],
        help="its file holds all rows there are; once for each such feed",
    )
    parser.add_argument(
        "--max-deleted-share",
        metavar="SHARE",
        type=_share,
        default=DEFAULT_MAX_DELETED_SHARE,
        help="refuse a complete file that deletes more of the known keys; 0 to 1, "
        f"default {float(DEFAULT_MAX_DELETED_SHARE)}",
    )
    known = ", ".join(sorted(TARGETS))
    parser.add_argument(
        "--target",
        default=os.environ.get("DBT_TARGET") or "duckdb",
        help=f"one of: {known}; default: %(default)s",
    )
    arguments = parser.parse_args(argv)
    if arguments.target not in TARGETS:
        parser.error(f"unknown target {arguments.target}; known are {known}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Land the delivery named by the arguments and print what became of each file."""
    try:
        arguments = _arguments(argv)
        delivery = find_delivery(
            arguments.folder, load_feeds(), load_truth_tables(), arguments.complete
        )
        landing = TARGETS[arguments.target](delivery, arguments.max_deleted_share)
    except (ClustrError, OSError) as error:
        return fail(error)
    except KeyboardInterrupt:
        return fail(ClustrError("interrupted; nothing was landed"))
    print(f"delivery {landing.delivery_id} of {delivery.folder}")
    print(as_table(landing))
    for name in delivery.ignored:
        print(f"note: {name} is no file of a feed; ignored")
    for note in landing.notes:
        print(f"note: {note}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

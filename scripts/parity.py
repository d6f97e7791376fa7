"""Compare what two targets hold: every table of raw, staging, curated and gold.

    python scripts/parity.py duckdb postgres

Both must have been built from the same deliveries. Rows may come in any order; counts,
text, dates and money must be equal, floating-point statistics within a billionth of
their size. `load_id`, which numbers builds, is left out, and a time at which raw took
rows stands for the batch. A table that differs is named with its first rows and columns
that do. Exit code 0: the same; 1: they differ; 2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail
from clustr.targets import TARGETS, opened
from proving.comparison import compared_tables, differences


def parity(left: str, right: str) -> list[str]:
    """Say how two targets differ, a line for each table; empty when they do not.

    Raises
    ------
    ClustrError
        If one cannot be read, or holds no table to compare.
    """
    with opened(left, read_only=True) as one, opened(right, read_only=True) as other:
        for target, warehouse in ((left, one), (right, other)):
            if not compared_tables(warehouse.ask):
                raise ClustrError(f"{target} ({warehouse.name}): not built yet")
        found = differences(one.ask, other.ask, own_times=False)
        return [difference.line(left, right) for difference in found]


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the targets named by the arguments; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="parity.py", description=__doc__.splitlines()[0]
    )
    for name in ("A", "B"):
        parser.add_argument(name, choices=TARGETS)
    arguments = parser.parse_args(argv)
    try:
        lines = parity(arguments.A, arguments.B)
    except (ClustrError, OSError) as error:
        return fail(error)
    if lines:
        print("\n".join(lines))
        print(f"verdict: DIFFERENT in {len(lines)} tables")
        return EXIT_CHECK_FAILED
    print("verdict: EQUAL")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

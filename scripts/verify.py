"""Check that every cent of the warehouse is accounted for.

    python scripts/verify.py
    python scripts/verify.py --target postgres
    python scripts/verify.py --html report.html

Prints each check of audit.reconciliation, worked out anew from the tables, and for
generated data each comparison with the answer key. On DuckDB the warehouse is the file
at `CLUSTR_DUCKDB_PATH`, else `clustr.duckdb`. With `--html` a page is written, too: all
of that, and freshness, rows, rejects, builds and the slowest models. Exit code 0: all
checks hold, gaps with an explanation (WARN) among them; 1: a check fails; 2: could not
run.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail, progress
from clustr.contents import Ask, require_tables
from clustr.files import replacing
from clustr.layers import LAYERS
from clustr.targets import add_target_argument, opened
from clustr.text import in_columns
from reporting.page import page

PLACES = ("landing", *LAYERS, "truth")
STATUSES = ("PASS", "WARN", "FAIL")
HALF_A_CENT = 0.005
STALE = "rows were landed after the last build; run `dbt build`, then verify again"

RECONCILIATION = """
    select layer_from, layer_to, check_name, expected, actual, gap, status, explanation
    from audit.reconciliation
"""
SCORECARD = """
    select subject, check_name, expected, actual, is_passed
    from gold.scorecard
"""


@dataclass(frozen=True)
class Check:
    """One comparison of two figures; a status other than PASS, WARN is a failure."""

    layer_from: str
    layer_to: str
    name: str
    expected: Decimal | float
    actual: Decimal | float
    gap: Decimal | float
    status: str
    explanation: str | None = None

    @property
    def layers(self) -> tuple[str, str]:
        """The layers compared, for headings and for the order of the checks."""
        return self.layer_from, self.layer_to

    def cells(self) -> tuple[str, ...]:
        """The check as one row of text."""
        numbers = (f"{x:,.2f}" for x in (self.expected, self.actual, self.gap))
        return (f"  {self.status}", self.name, *numbers, self.explanation or "")


def rank(check: Check) -> tuple[int, int, str]:
    """Place of a check: from the first layer to the last, then by name."""
    places = [PLACES.index(x) if x in PLACES else len(PLACES) for x in check.layers]
    return places[0], places[1], check.name


def truth_check(row: tuple[str, str, float | None, float | None, bool]) -> Check:
    """A row of the scorecard as a check: only money must match, to the cent."""
    subject, name, expected, actual, is_passed = row
    gap = (actual or 0.0) - (expected or 0.0)
    holds, failed = is_passed, "WARN"
    if subject == "money":
        holds, failed = abs(gap) < HALF_A_CENT, "FAIL"
    return Check(
        layer_from="truth",
        layer_to="gold",
        name=f"{subject}: {name}",
        expected=expected or 0.0,
        actual=actual or 0.0,
        gap=gap,
        status="PASS" if holds else failed,
        explanation=None if holds else "differs from what the generator planted",
    )


def read_checks(ask: Ask, warehouse: str) -> list[Check]:
    """Work out every check of the warehouse, whose name messages say.

    Raises
    ------
    ClustrError
        If a table that a check needs is missing or cannot be read.
    """
    require_tables(ask, warehouse, ("audit.reconciliation", "gold.scorecard"))
    checks = [Check(*row) for row in ask(RECONCILIATION)]
    checks += [truth_check(row) for row in ask(SCORECARD)]
    return sorted(checks, key=rank)


def as_text(checks: Sequence[Check]) -> str:
    """The checks in columns under headings, and a closing line of counts."""
    heading = ("  status", "check", "expected", "actual", "gap", "")
    table = in_columns([heading, *(check.cells() for check in checks)], "llrrrl")
    lines = iter(table.split("\n"))
    text = [next(lines)]
    for (layer_from, layer_to), group in groupby(checks, key=lambda c: c.layers):
        text.append(f"{layer_from} -> {layer_to}")
        text += [next(lines) for _ in group]
    counts = Counter(check.status for check in checks)
    counted = ", ".join(f"{counts[status]} {status}" for status in STATUSES)
    return "\n".join([*text, f"{len(checks)} checks: {counted}"])


def main(argv: Sequence[str] | None = None) -> int:
    """Print every check; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify.py", description=__doc__.splitlines()[0]
    )
    add_target_argument(parser)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page, too")
    arguments = parser.parse_args(argv)
    try:
        with opened(arguments.target, read_only=True) as warehouse:
            progress(f"checking {warehouse.name} ...")
            checks = read_checks(warehouse.ask, warehouse.name)
            if arguments.html:
                html = page(warehouse.ask, warehouse.name, checks)
                with replacing(arguments.html, "--html") as file:
                    file.write_text(html, encoding="utf-8")
    except (ClustrError, OSError) as error:
        return fail(error)
    print(f"warehouse {warehouse.name}")
    print(as_text(checks))
    failed = [check for check in checks if check.status not in ("PASS", "WARN")]
    if any(check.layers == ("landing", "raw") for check in failed):
        print(f"note: {STALE}")
    return EXIT_CHECK_FAILED if failed else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

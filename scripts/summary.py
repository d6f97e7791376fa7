"""Say in a few lines what the warehouse holds.

    python scripts/summary.py
    python scripts/summary.py --target postgres

Printed at the end of `make build`. Exit code 0: printed; 2: could not run.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import yaml

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.contents import Ask, require_tables
from clustr.feeds import PROJECT
from clustr.targets import TARGETS, add_target_argument, opened
from clustr.text import in_columns

BUNDLES_SHOWN = 3
GRAIN = re.compile(r"\*\*Grain:\*\*\s+one row per ([^.\n]+)")
NEEDED = (
    "gold.sales_summary_daily",
    "gold.bundle_rules",
    "gold.ml_bundle_recommendations",
    "audit.reconciliation",
)
GOLD_TABLES = """
    select table_name from information_schema.tables
    where table_schema = 'gold' and table_type = 'BASE TABLE'
    order by table_name
"""
SALES = """
    select sum(net_sales), min("date"), max("date"), sum(total_orders)
    from gold.sales_summary_daily
"""
BUNDLES = """
    select
        rules.antecedents_names, rules.consequents_names, rules.confidence, rules.lift,
        rules.count_ab, rules.count_a
    from gold.bundle_rules as rules
    inner join gold.ml_bundle_recommendations as scored
        on rules.rule_id = scored.rule_id
    order by scored.score desc, rules.lift desc, rules.rule_id
"""


@dataclass(frozen=True)
class Bundle:
    """A rule between products: who buys the first ones also buys the others."""

    bought: tuple[str, ...]
    also_bought: tuple[str, ...]
    confidence: float
    lift: float
    count_both: int
    count_bought: int

    @property
    def products(self) -> frozenset[str]:
        """All products of the bundle."""
        return frozenset(self.bought + self.also_bought)

    def __str__(self) -> str:
        """The rule in words and figures."""
        return (
            f"{' + '.join(self.bought)} => {' + '.join(self.also_bought)}: "
            f"confidence {self.confidence:.2f}, lift {self.lift:.1f}, "
            f"in {self.count_both:,} of {self.count_bought:,} baskets"
        )


def grains(project: Path) -> dict[str, str]:
    """What one row of each gold table is, from the models' own descriptions."""
    found = {}
    for folder in ("models/gold", "python_models/gold"):
        for path in sorted((project / folder).rglob("_*.yml")):
            text = yaml.safe_load(path.read_text(encoding="utf-8"))
            for model in text.get("models", []):
                if grain := GRAIN.search(model.get("description", "")):
                    found[str(model["name"])] = grain[1].strip()
    return found


def different_bundles(bundles: Sequence[Bundle], count: int) -> list[Bundle]:
    """The first bundles, without those within or around one already taken."""
    taken: list[Bundle] = []
    for bundle in bundles:
        if len(taken) == count:
            break
        if not any(
            bundle.products <= other.products or bundle.products >= other.products
            for other in taken
        ):
            taken.append(bundle)
    return taken


def table_lines(ask: Ask, grain: dict[str, str]) -> str:
    """Every gold table with its rows and its grain."""
    cells = [("gold table", "rows", "one row per")]
    for (table,) in ask(GOLD_TABLES):
        ((count,),) = ask(f'select count(*) from gold."{table}"')
        cells.append((table, f"{count:,}", grain.get(table, "")))
    return in_columns(cells, "lrl")


def sales_line(ask: Ask) -> str:
    """Total net sales, or that there are none yet."""
    ((amount, first, last, orders),) = ask(SALES)
    if amount is None:
        return "net sales: none, the warehouse is built but every sales feed is empty"
    return (
        f"net sales: {Decimal(amount):,.2f} from {orders:,} orders, {first} to {last}"
    )


def bundle_lines(ask: Ask) -> str:
    """The best bundles, one line each."""
    found = [
        Bundle(tuple(json.loads(bought)), tuple(json.loads(also)), *figures)
        for bought, also, *figures in ask(BUNDLES)
    ]
    best = different_bundles(found, BUNDLES_SHOWN)
    if not best:
        return "bundles: none reach the thresholds of dbt_project.yml"
    lines = [f"  {place}. {bundle}" for place, bundle in enumerate(best, start=1)]
    return "\n".join(["best bundles:", *lines])


def reconciliation_line(ask: Ask) -> str:
    """How many checks of the money hold."""
    rows = ask("select status from audit.reconciliation")
    counts = Counter(status for (status,) in rows)
    holding = counts["PASS"] + counts["WARN"]
    line = f"reconciliation: {holding} of {len(rows)} checks hold"
    if counts["WARN"]:
        line += f", {counts['WARN']} with an explained gap"
    return line


def next_steps(target: str) -> str:
    """What to do next, four lines."""
    on = "" if target == TARGETS[0] else f" --target {target}"
    return "\n".join(
        [
            "next, after `. .venv/bin/activate`:",
            f"  query it:    python scripts/query_tool.py gold.top_products{on}",
            f"  check it:    python scripts/verify.py{on}",
            "  look it up:  dbt docs generate && dbt docs serve",
            "  read on:     README.md has questions with their SQL, and your own shop",
        ]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Print the summary; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="summary.py", description=__doc__.splitlines()[0]
    )
    add_target_argument(parser)
    target = parser.parse_args(argv).target
    try:
        grain = grains(PROJECT)
        with opened(target, read_only=True) as warehouse:
            ask = warehouse.ask
            require_tables(ask, warehouse.name, NEEDED)
            parts = [
                table_lines(ask, grain),
                sales_line(ask),
                bundle_lines(ask),
                reconciliation_line(ask),
            ]
    except (ClustrError, OSError) as error:
        return fail(error)
    heading = f"the warehouse is {warehouse.name} ({warehouse.size / 1024**2:,.0f} MiB)"
    print(heading, *parts, sep="\n\n")
    print(f"\n{next_steps(target)}")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

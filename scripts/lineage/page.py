"""The page of `column_lineage.py`: one file that needs no other."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from lineage.reading import Table

TEMPLATE = Path(__file__).with_name("page.html")
FIRST_SHOWN = "gold.reporting_sales_wide"


def page(tables: Sequence[Table]) -> str:
    """The page as HTML; it opens with FIRST_SHOWN, or its first table without it."""
    names = {table.name for table in tables}
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        tables={table.name: asdict(table) for table in tables},
        colours={table.layer: table.colour for table in tables if table.colour},
        first=FIRST_SHOWN if FIRST_SHOWN in names else min(names),
    )

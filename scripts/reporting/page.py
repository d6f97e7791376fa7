"""The page of `verify.py --html`: one file that needs no other."""

import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from clustr.contents import Ask
from clustr.feeds import PROJECT
from reporting import charts, figures

TEMPLATE = Path(__file__).with_name("page.html")
STATUSES = ("PASS", "WARN", "FAIL")


def page(ask: Ask, warehouse: str, checks: Sequence[object]) -> str:
    """The page as HTML.

    Parameters
    ----------
    ask
        Asks the warehouse.
    warehouse
        Its name.
    checks
        `verify.Check`s in the order in which they are to stand.
    """
    builds = figures.builds(ask)
    rejects = figures.rejects(ask)
    target = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = "{:,}".format
    environment.filters["amount"] = "{:,.2f}".format
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8")).render(
        warehouse=warehouse,
        made_at=datetime.now(UTC),
        checks=checks,
        counts=Counter(getattr(check, "status", "") for check in checks),
        statuses=STATUSES,
        feeds=figures.feeds(ask),
        last_day=figures.last_day(ask),
        layers=figures.layers(ask),
        rejects=rejects,
        rejects_chart=charts.rejects_chart(rejects),
        builds=builds[::-1],
        builds_chart=charts.builds_chart(builds),
        models=figures.slowest_models(ask, target),
    )

"""Each metric is what a query by hand over other tables gives."""

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from asked_metrics import DuckDb, Metrics
from clustr.feeds import PROJECT
from handwritten_metrics import HANDWRITTEN
from shop import Shop

ASKED = [
    (name, by)
    for name, by_hand in HANDWRITTEN.items()
    for by in ([] if name.endswith("_28d") else [None]) + list(by_hand.by)
]
DOCUMENT = (PROJECT / "docs/metrics.md").read_text(encoding="utf-8")
# A query and, in the block below, what it prints: names, a rule, rows.
SHOWN = re.findall(
    r"```text\nmf query (.+)\n```\n\n```text\n(.+)\n[- ]+\n((?:.+\n)+)```", DOCUMENT
)


@pytest.fixture(scope="module")
def metrics(demo_shop: Shop) -> Metrics:
    """The metrics as dbt parsed them when it built the demo."""
    return Metrics(demo_shop.folder / "target", DuckDb)


def comparable(figures: dict[Any, Any]) -> dict[Any, Any]:
    """Figures that may be compared: days without a time, floats, nothing for 0."""
    return {
        (key.date() if isinstance(key, datetime) else key): float(value)
        for key, value in figures.items()
        if value
    }


def test_every_metric_is_written_by_hand(metrics: Metrics) -> None:
    assert metrics.names == HANDWRITTEN.keys()


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_by_hand_is_over_other_tables(name: str) -> None:
    assert "gold." not in HANDWRITTEN[name].source + HANDWRITTEN[name].figure


@pytest.mark.parametrize(("name", "by"), ASKED)
def test_a_metric_is_what_is_written_by_hand(
    name: str, by: str | None, metrics: Metrics, demo_shop: Shop
) -> None:
    expected = comparable(HANDWRITTEN[name].figures(demo_shop, by))
    assert expected
    assert comparable(metrics.figures(demo_shop, name, by)) == pytest.approx(
        expected, rel=1e-9, abs=1e-9
    )


def test_nothing_comes_of_empty_tables(
    metrics: Metrics, demo_shop: Shop, tmp_path: Path
) -> None:
    shop = Shop(tmp_path)
    shutil.copy(demo_shop.warehouse, shop.warehouse)
    with duckdb.connect(str(shop.warehouse)) as connection:
        for table in metrics.tables:
            connection.execute(f"delete from {table}")
    for name in metrics.names:
        by = "metric_time__day" if name in metrics.windowed else None
        assert comparable(metrics.figures(shop, name, by)) == {}, name


def printed(value: Any, decimals: int) -> str:
    """A value as `mf query` prints it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, int | str) else f"{value:.{decimals}f}"


@pytest.mark.parametrize(("arguments", "header", "lines"), SHOWN)
def test_the_documentation_shows_what_comes_out(
    arguments: str, header: str, lines: str, metrics: Metrics, demo_shop: Shop
) -> None:
    said = dict(re.findall(r"--([a-z-]+) (?!--)(\S+)", arguments))
    names, by = said["metrics"].split(","), said["group-by"].split(",")
    rows = demo_shop.rows(metrics.sql(names, by, said["order"].split(",")))
    assert header.split() == [*by, *names]
    assert [re.split(r"\s{2,}", line) for line in lines.splitlines()] == [
        [printed(value, int(said["decimals"])) for value in row] for row in rows
    ]


def test_the_documentation_names_every_metric(metrics: Metrics) -> None:
    assert len(SHOWN) == DOCUMENT.count("mf query --quiet")
    assert metrics.names <= set(re.findall(r"`(\w+)`", DOCUMENT))

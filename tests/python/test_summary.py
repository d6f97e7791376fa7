"""The lines after a build say what there is, in words and figures that are true."""

import re
import sys
from pathlib import Path

import duckdb
import pytest

import summary
from clustr.feeds import PROJECT
from shop import Shop


def bundle(*products: str) -> summary.Bundle:
    """A rule from the first product to the others."""
    return summary.Bundle(products[:1], products[1:], 0.5, 2.0, 5, 10)


@pytest.fixture
def demo_summary(
    demo_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> str:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(demo_shop.warehouse))
    assert summary.main([]) == 0
    return capsys.readouterr().out


def test_names_the_file_and_every_gold_table(
    demo_shop: Shop, demo_summary: str
) -> None:
    assert demo_summary.startswith(f"the warehouse is {demo_shop.warehouse} (")
    tables = demo_shop.rows(
        "select table_name from information_schema.tables where table_schema = 'gold'"
    )
    for (table,) in tables:
        rows = demo_shop.value(f'select count(*) from gold."{table}"')
        assert re.search(rf"^{table} +{rows:,}  \w", demo_summary, re.MULTILINE)


def test_totals_bundles_and_checks_are_those_of_the_warehouse(
    demo_shop: Shop, demo_summary: str
) -> None:
    net_sales = demo_shop.value("select sum(net_sales) from gold.sales_summary_daily")
    assert f"net sales: {net_sales:,.2f} from " in demo_summary
    places = re.findall(
        r"^  (\d)\. .+ => .+: confidence [01]\.\d\d, lift \d+\.\d, in "
        r"\d+ of \d+ baskets$",
        demo_summary,
        re.MULTILINE,
    )
    assert places == ["1", "2", "3"]
    checks = demo_shop.value("select count(*) from audit.reconciliation")
    assert f"reconciliation: {checks} of {checks} checks hold" in demo_summary


def test_what_it_suggests_runs(demo_shop: Shop, demo_summary: str) -> None:
    commands = re.findall(r" it: +python (scripts/.+)$", demo_summary, re.MULTILINE)
    results = [demo_shop.run(sys.executable, *c.split()) for c in commands]
    assert [result.returncode for result in results] == [0, 0]
    assert "revenue" in results[0].stdout
    assert "0 FAIL" in results[1].stdout


def test_every_gold_table_states_its_grain(demo_shop: Shop) -> None:
    tables = demo_shop.rows(
        "select table_name from information_schema.tables where table_schema = 'gold'"
    )
    assert {table for (table,) in tables} <= set(summary.grains(PROJECT))


def test_an_empty_warehouse_says_so(
    empty_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(empty_shop.warehouse))
    assert summary.main([]) == 0
    output = capsys.readouterr().out
    assert "net sales: none" in output
    assert "bundles: none" in output


def test_bundles_within_one_another_are_shown_once() -> None:
    found = [bundle("a", "b", "c"), bundle("b", "a"), bundle("c", "a", "b", "d")]
    others = [bundle("a", "d"), bundle("e", "f"), bundle("g", "h")]
    assert summary.different_bundles([*found, *others], 3) == [
        bundle("a", "b", "c"),
        bundle("a", "d"),
        bundle("e", "f"),
    ]
    assert summary.different_bundles([], 3) == []


@pytest.mark.parametrize("missing", ["gold.bundle_rules", "audit.reconciliation"])
def test_a_warehouse_not_built_yet(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
) -> None:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema gold; create schema audit")
        for table in summary.NEEDED:
            if table != missing:
                connection.execute(f"create table {table} (nothing integer)")
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(path))
    assert summary.main([]) == 2
    assert f"{missing} is missing" in capsys.readouterr().err

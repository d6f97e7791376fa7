"""scripts/column_lineage.py on small projects, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

import column_lineage
from lineage.reading import Source, read_lineage
from shop import run_main

Json = dict[str, Any]

UNION = """
    with lines as (select * from "shop"."raw"."orders")
    select amount as total, 'till' as feed, load from lines
    cross join (select max(batch_id) as load from audit.log) as runs
    union all
    select amount + tip, 'web', null from lines
"""


def node(name: str, kind: str, schema: str, **others: Any) -> Json:
    """A node as dbt's manifest has it."""
    return {
        "name": name,
        "resource_type": kind,
        "database": "shop",
        "schema": schema,
        "identifier": name,
        "relation_name": f'"shop"."{schema}"."{name}"',
        "description": "**Grain:** one row\nper `thing`.\n\n#### Questions\n...",
        "columns": {},
        "config": {"materialized": "table"},
        "path": f"{name}.sql",
        "raw_code": "",
        "depends_on": {"nodes": []},
        **others,
    }


def built(key: str, schema: str, name: str, *columns: str) -> Json:
    """A table as dbt's catalog has it."""
    return {
        "unique_id": key,
        "metadata": {"database": "shop", "schema": schema, "name": name},
        "columns": {
            column: {"name": column, "type": "text", "index": place}
            for place, column in enumerate(columns)
        },
    }


@pytest.fixture
def project() -> tuple[Json, Json]:
    """Manifest and catalog: a seed, a hook's table and a model that unites them."""
    orders, log, sales = "seed.p.orders", "source.p.audit.log", "model.p.sales"
    model = node("sales", "model", "gold", language="sql", compiled_code=UNION)
    model["depends_on"]["nodes"] = [orders, log]
    manifest = {
        "metadata": {"adapter_type": "duckdb"},
        "nodes": {orders: node("orders", "seed", "raw"), sales: model},
        "sources": {log: node("log", "source", "audit")},
        "parent_map": {},
        "child_map": {},
    }
    catalog = {
        "nodes": {
            orders: built(orders, "raw", "orders", "amount", "tip"),
            sales: built(sales, "gold", "sales", "total", "feed", "load"),
        },
        "sources": {log: built(log, "audit", "log", "batch_id")},
    }
    return manifest, catalog


def write(folder: Path, project: tuple[Json, Json]) -> None:
    for name, content in zip(("manifest", "catalog"), project, strict=True):
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def target(
    tmp_path: Path, project: tuple[Json, Json], monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    write(tmp_path, project)
    return tmp_path


def refused(target: Path) -> str:
    """What is said when no page can be written; the one before stays."""
    (target / column_lineage.NAME).write_text("the page before", encoding="utf-8")
    done = run_main(column_lineage.main)
    assert (done.returncode, done.stdout) == (2, "")
    assert (target / column_lineage.NAME).read_text("utf-8") == "the page before"
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_unions_stars_and_short_names_are_followed(target: Path) -> None:
    sales, _, orders = read_lineage(target)[1], *read_lineage(target)[::2]
    assert (sales.name, orders.name) == ("gold.sales", "raw.orders")
    assert sales.description == "Grain: one row per thing."
    total, feed, load = sales.columns
    assert set(total.sources) == {
        Source("raw.orders", "amount", "computed"),
        Source("raw.orders", "tip", "computed"),
    }
    assert feed.sources == ()
    assert load.sources == (Source("audit.log", "batch_id", "computed"),)
    assert [column.sources for column in orders.columns] == [(), ()]


def test_the_page_is_written_twice_alike_and_counts_columns(target: Path) -> None:
    first = run_main(column_lineage.main)
    page = (target / column_lineage.NAME).read_bytes()
    assert first.stdout.endswith("2 of 3 columns lead to others\n")
    assert run_main(column_lineage.main).returncode == 0
    assert (target / column_lineage.NAME).read_bytes() == page


@pytest.mark.parametrize("name", ["manifest.json", "catalog.json"])
def test_a_file_that_is_not_dbts_is_refused(target: Path, name: str) -> None:
    for content in ("", "[]", "{}"):
        (target / name).write_text(content, encoding="utf-8")
        assert name in refused(target) or "not what dbt writes" in refused(target)
    (target / name).unlink()
    assert f"{name}: missing; 'dbt docs generate' writes it" in refused(target)


def test_a_project_that_is_not_built_is_refused(
    target: Path, project: tuple[Json, Json]
) -> None:
    manifest, catalog = project
    catalog["sources"].clear()
    write(target, (manifest, catalog))
    assert "catalog.json: log not built" in refused(target)
    catalog["nodes"].clear()
    write(target, (manifest, catalog))
    assert "catalog.json: orders and 2 more not built" in refused(target)


def test_sql_that_is_not_there_or_not_sql_is_refused(
    target: Path, project: tuple[Json, Json]
) -> None:
    manifest, catalog = project
    sales = manifest["nodes"]["model.p.sales"]
    for sql, said in (
        (None, "sales is not compiled"),
        ("select (", "dbt-colibri: Error processing model model.p.sales"),
        ("select orders.amount as total from elsewhere.orders", "no table of dbt's"),
    ):
        sales["compiled_code"] = sql
        write(target, (manifest, catalog))
        assert said in refused(target)

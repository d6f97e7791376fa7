"""The documentation in a browser, and whether its column lineage is true.

    CLUSTR_KEEP_SCREENSHOTS=1 python -m pytest tests/python/test_docs_site.py

writes the pictures in docs/images anew.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import column_lineage
from browser import chromium, opened, picture
from lineage.page import page as page_of
from lineage.reading import Table, plain, read_lineage
from shop import Shop

WIDE = "gold.reporting_sales_wide"
LINE_AMOUNTS = {
    "sales": ("quantity", "unit_price"),
    "order_lines": ("quantity", "unit_price", "discount_amount"),
}
# Read off the models by hand: what a column of the wide table is made of, directly.
MADE_OF = {
    "order_date": {"curated.fact_order_lines.order_date"},
    "customer_id": {"curated.fact_orders.customer_id"},
    "segment": {"curated.dim_customers.customer_segment"},
    "segment_at_order": {"intermediate.int_customer_history.customer_segment"},
    "sales_amount": {
        "curated.fact_order_lines.is_sale",
        "curated.fact_order_lines.line_total",
    },
    "payment_amount": {"curated.fact_payments.payment_amount"},
    "total_amount_allocated": {
        "curated.fact_orders.total_amount",
        "curated.fact_orders.lines_amount",
        "curated.fact_orders.line_count",
        "curated.fact_order_lines.line_total",
    },
    "load_id": {"audit.pipeline_execution_log.batch_id"},
}
# Likewise, by macros, unions and stars: the staged columns, and the delivered ones.
STAGED = {
    "line_total": {
        f"staging.stg_{feed}.{column}"
        for feed, columns in {
            "pos__sales": LINE_AMOUNTS["sales"],
            "web__order_lines": LINE_AMOUNTS["order_lines"],
        }.items()
        for column in columns
    },
    "payment_amount": {
        "staging.stg_pos__transactions.transaction_amount",
        "staging.stg_web__payments.payment_amount",
    },
    # a product without a name goes by its SKU
    "product_name": {
        "staging.stg_pos__products.product_name",
        "staging.stg_pos__products.product_sku",
    },
}
LANDED = {
    "line_total": {
        f"landing.{feed}.{column}"
        for feed, columns in LINE_AMOUNTS.items()
        for column in columns
    },
    "payment_amount": {
        "landing.transactions.transaction_amount",
        "landing.payments.payment_amount",
    },
    "segment_at_order": {"landing.customers.customer_segment"},
}
PARENTS = {
    *("dim_customers", "dim_products", "fact_order_lines", "fact_orders"),
    *("fact_payments", "fact_refunds", "int_customer_history", "int_product_history"),
}
# Names of the models and seeds that dbt's graph shows.
SHOWN = """() => angular.element(document.querySelector('#cy')).injector().get('graph')
    .graph.elements.filter(e => !e.data.source && e.data.display == 'element')
    .map(e => e.data.id.split('.')[2])"""


@pytest.fixture(scope="module")
def target(demo_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which dbt writes the documentation, of the demo.

    Without the SQL of tests, which takes half of the time.
    """
    shop = Shop(tmp_path_factory.mktemp("docs_site"))
    shop.writes_json = True
    shutil.copyfile(demo_shop.warehouse, shop.warehouse)
    left_out = ("--exclude", "resource_type:test", "resource_type:unit_test")
    generated = shop.dbt("docs", "generate", "--static", *left_out)
    assert generated.returncode == 0, generated.stdout
    return shop.folder / "target"


@pytest.fixture(scope="module")
def tables(target: Path) -> dict[str, Table]:
    return {table.name: table for table in read_lineage(target)}


@pytest.fixture(scope="module")
def site(target: Path, tables: dict[str, Table]) -> Path:
    """The folder with both pages, as `make docs` leaves it."""
    html = page_of(list(tables.values()))
    (target / column_lineage.NAME).write_text(html, encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def made_of(tables: dict[str, Table], key: str) -> set[str]:
    """Columns that a column, as schema.table.name, is directly made of."""
    table, _, name = key.rpartition(".")
    (column,) = (c for c in tables[table].columns if c.name == name)
    return {f"{source.table}.{source.column}" for source in column.sources}


def upstream(tables: dict[str, Table], key: str) -> set[str]:
    """Columns that a column is made of, by whatever way."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        new = made_of(tables, waiting.pop()) - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("column", MADE_OF)
def test_a_column_is_made_of_what_its_model_says(
    tables: dict[str, Table], column: str
) -> None:
    assert made_of(tables, f"{WIDE}.{column}") == MADE_OF[column]


@pytest.mark.parametrize(
    ("layer", "expected"), [("staging.stg_", STAGED), ("landing.", LANDED)]
)
def test_a_column_leads_back_to_what_was_delivered(
    tables: dict[str, Table], layer: str, expected: dict[str, set[str]]
) -> None:
    for column, keys in expected.items():
        found = upstream(tables, f"{WIDE}.{column}")
        assert {key for key in found if key.startswith(layer)} == keys, column


@pytest.mark.parametrize("name", [WIDE, "gold.sales_summary_daily"])
def test_no_column_of_the_sales_tables_is_lost(
    tables: dict[str, Table], demo_shop: Shop, name: str
) -> None:
    schema, _, table = name.partition(".")
    names = demo_shop.rows(
        "select column_name from duckdb_columns() "
        "where schema_name = ? and table_name = ? order by column_index",
        (schema, table),
    )
    assert [(column.name,) for column in tables[name].columns] == names
    assert [c.name for c in tables[name].columns if not c.sources] == []
    assert all(column.description for column in tables[name].columns)


def test_a_layer_has_a_colour_of_its_own(tables: dict[str, Table]) -> None:
    found = {
        (table.layer, table.colour)
        for table in tables.values()
        if not table.node_id.startswith("source.")
    }
    layers, colours = zip(*found, strict=True)
    assert len(set(layers)) == len(set(colours)) == len(found)
    assert all(colours)


def open_wide_table(page: Page) -> None:
    """Search dbt's page for the wide table, and open it."""
    page.get_by_placeholder("Search for models").fill("reporting_sales_wide")
    page.locator("h4", has_text="reporting_sales_wide").click()
    title = page.locator("h1", has_text="incremental")
    expect(title).to_contain_text("reporting_sales_wide")


def test_dbt_docs_describe_every_column(
    site: Path, browser: Browser, tables: dict[str, Table]
) -> None:
    url = (site / "static_index.html").as_uri()
    with opened(browser, url, 1200, 800) as page:
        lineage = page.get_by_role("link", name="Column lineage")
        expect(lineage).to_have_attribute("href", "column_lineage.html")
        open_wide_table(page)
        rows = page.locator("tr.column-row")
        expect(rows).to_have_count(len(tables[WIDE].columns))
        for row, column in zip(rows.all(), tables[WIDE].columns, strict=True):
            name, _, description, *_ = row.locator("td").all_text_contents()
            assert name.strip() == column.name
            assert plain(description) == column.description
        sales = rows.filter(has=page.get_by_text("sales_amount", exact=True))
        sales.click()
        expect(page.locator("tr.column-row-selected + tr")).to_contain_text("Additive")
        page.evaluate("scrollTo(0, 0)")
        sales.scroll_into_view_if_needed()
        page.mouse.wheel(0, -18)  # so that no row is cut in the picture
        picture(page, "docs-columns")


def test_dbt_docs_draw_where_the_wide_table_comes_from(
    site: Path, browser: Browser
) -> None:
    url = (site / "static_index.html").as_uri()
    with opened(browser, url, 1200, 700) as page:
        open_wide_table(page)
        page.locator("[title='View Lineage Graph']").click()
        page.locator("[ng-click='showExpanded()']").click()
        page.wait_for_function(f"({SHOWN})().includes('orders')")
        assert {"raw_orders", "stg_web__orders", *PARENTS} <= set(page.evaluate(SHOWN))
        page.locator("[ng-model$='dirty.include']").fill("1+reporting_sales_wide")
        page.locator("[value='Update Graph']").click()
        page.wait_for_function(f"!({SHOWN})().includes('orders')")
        assert set(page.evaluate(SHOWN)) >= PARENTS | {"reporting_sales_wide"}
        picture(page, "docs-lineage")


@pytest.mark.parametrize(("width", "height"), [(1440, 640), (420, 800)])
def test_the_page_draws_what_a_column_is_made_of(
    site: Path, browser: Browser, tables: dict[str, Table], width: int, height: int
) -> None:
    url = (site / column_lineage.NAME).as_uri()
    with opened(browser, url, width, height) as page:
        expect(page.locator("#title")).to_have_text(WIDE)
        assert page.locator("#columns tr").count() == len(tables[WIDE].columns)
        key = f"{WIDE}.payment_amount_allocated"
        page.get_by_label("Search").fill(key)
        page.get_by_label("Search").press("Enter")
        expect(page.locator("#graph .chosen")).to_be_in_viewport()
        drawn = page.locator("#graph [data-column]")
        assert {one.get_attribute("data-column") for one in drawn.all()} == upstream(
            tables, key
        ) | {key}
        assert page.evaluate("document.body.scrollWidth") <= width
        if width > 1000:
            picture(page, "column-lineage")
        page.locator("[data-column='curated.fact_payments.payment_amount']").click()
        expect(page.locator("#title")).to_have_text(
            "curated.fact_payments.payment_amount"
        )
        expect(page.locator("#feeds")).to_contain_text(key)


def test_the_page_shows_any_hash_and_any_name(
    tmp_path: Path, browser: Browser, tables: dict[str, Table]
) -> None:
    name = "odd.</script><b>'\""
    odd = replace(tables[WIDE], name=name, description="</script>&", columns=())
    (tmp_path / "page.html").write_text(page_of([odd, tables[WIDE]]), encoding="utf-8")
    url = (tmp_path / "page.html").as_uri()
    with opened(browser, f"{url}#no.such.column", 800, 600) as page:
        expect(page.locator("#title")).to_have_text(WIDE)
        page.get_by_label("Search").fill(name)
        page.get_by_label("Search").press("Enter")
        expect(page.locator("#title")).to_have_text(name)
        expect(page.locator("#grain")).to_contain_text("</script>&")

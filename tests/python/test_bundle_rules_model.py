"""bundle_rules as dbt runs it: a fake dbt on a database in memory, and real baskets."""

import gzip
from collections.abc import Mapping

import bundle_rules
import duckdb
import numpy as np
import pandas as pd
import pytest

from shop import SHARED_DATA

GROCERIES = SHARED_DATA / "groceries" / "groceries_long.csv.gz"


class FakeConfig:
    """dbt.config: called with settings, asked for the model's meta."""

    def __init__(self, meta: Mapping[str, object]) -> None:
        self.meta = meta
        self.settings: dict[str, object] = {}

    def __call__(self, **config: object) -> None:
        """Keep what the model configures."""
        self.settings |= config

    def get(self, name: str) -> Mapping[str, object] | None:
        """Hand out the model's meta."""
        return self.meta if name == "meta" else None


class FakeDbt:
    """What dbt hands a Python model: configuration and relations by name."""

    def __init__(self, session: duckdb.DuckDBPyConnection, **meta: object) -> None:
        self.session = session
        self.config = FakeConfig(meta)

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        """Relation of a table in the in-memory database."""
        return self.session.table(name)


def shop_with(lines: str) -> duckdb.DuckDBPyConnection:
    session = duckdb.connect()
    session.execute("""
        create table fact_order_lines (
            order_id text, product_sku text, is_sale boolean, order_date date
        );
        create table dim_products (product_sku text, product_name text);
        insert into dim_products values ('A', 'Lamp'), ('B', 'Mug'), ('-1', 'Unknown');
    """)
    if lines:
        session.execute(f"insert into fact_order_lines values {lines}")
    return session


def modelled(
    session: duckdb.DuckDBPyConnection, **meta: object
) -> tuple[pd.DataFrame, FakeDbt]:
    dbt = FakeDbt(session, **meta)
    return bundle_rules.model(dbt, session), dbt


def test_the_model_mines_sales_and_counts_every_basket() -> None:
    session = shop_with("""
        ('1', 'A', true, '2025-01-02'), ('1', 'B', true, '2025-01-02'),
        ('1', 'B', true, '2025-01-02'), ('2', 'A', true, '2025-01-05'),
        ('2', 'B', true, '2025-01-05'), ('3', 'B', true, '2025-01-03'),
        ('4', 'C', true, '2025-01-03'), ('5', 'A', false, '2024-01-01'),
        ('5', 'B', false, '2026-01-01')
    """)
    table, dbt = modelled(
        session, min_support="0.5", min_confidence="0.6", max_length="6"
    )
    assert dbt.config.settings == {"materialized": "table_on_change"}
    assert table["antecedents"].tolist() == ['["A"]', '["B"]']
    assert table["antecedents_names"].tolist() == ['["Lamp"]', '["Mug"]']
    assert table["confidence"].tolist() == [1.0, pytest.approx(2 / 3)]
    assert table["count_a"].tolist() == [2, 3]
    assert table["count_b"].tolist() == [3, 2]
    assert table["count_ab"].tolist() == [2, 2]
    assert table["basket_count"].tolist() == [4, 4]
    assert set(table["window_start"]) == {pd.Timestamp("2025-01-02")}
    assert set(table["window_end"]) == {pd.Timestamp("2025-01-05")}


def test_the_model_writes_no_conviction_for_a_rule_that_never_fails() -> None:
    session = shop_with("('1', 'A', true, null), ('1', 'B', true, null)")
    table, _ = modelled(session, min_support=0.5, min_confidence=0.5, max_length=2)
    session.register("rules", table)
    counted = session.execute("select count(*), count(conviction) from rules")
    assert counted.fetchone() == (2, 0)


def test_the_model_leaves_nothing_behind_in_the_warehouse() -> None:
    session = shop_with("('1', 'A', true, null), ('1', 'B', true, null)")
    modelled(session, min_support=0.5, min_confidence=0.5, max_length=2)
    left = session.execute("select view_name from duckdb_views() where not internal")
    assert left.fetchall() == []


def test_the_model_is_empty_and_typed_without_sales() -> None:
    session = shop_with("('5', 'A', false, '2024-01-01')")
    table, _ = modelled(session, min_support=0.01, min_confidence=0.3, max_length=6)
    assert len(table) == 0
    assert list(table.columns) == list(bundle_rules.COLUMNS)
    assert table.dtypes.astype(str).to_dict() == bundle_rules.COLUMNS
    assert table["count_ab"].dtype == np.int64


def test_the_model_refuses_thresholds_before_it_reads_anything() -> None:
    session = duckdb.connect()
    with pytest.raises(ValueError, match="bundle_min_support must lie in"):
        modelled(session, min_support=2, min_confidence=0.3, max_length=6)


@pytest.fixture(scope="module")
def groceries() -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation]:
    if not GROCERIES.exists():
        pytest.skip(f"the groceries data are not here: {GROCERIES}")
    with gzip.open(GROCERIES, "rt", encoding="utf-8") as file:
        lines = pd.read_csv(file, dtype=str)
    lines["item"] = lines["item"].str.strip()
    session = duckdb.connect()
    session.register("lines", lines)
    session.execute("""
        create table grocery_lines as
        select distinct transaction_id as order_id, item as product_sku from lines
    """)
    return session, session.table("grocery_lines")


def test_groceries_give_the_published_rules(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
) -> None:
    session, lines = groceries
    rules, baskets = bundle_rules.mine(lines, session, 0.01, 0.5, 6)
    assert baskets == 9835
    assert len(rules) == 15
    assert {rule["consequents"] for rule in rules} == {
        ("other vegetables",),
        ("whole milk",),
    }
    best = rules[0]
    assert best["antecedents"] == ("citrus fruit", "root vegetables")
    assert best["consequents"] == ("other vegetables",)
    assert best["confidence"] == pytest.approx(0.5862, abs=5e-5)
    assert best["lift"] == pytest.approx(3.0296, abs=5e-5)


def test_groceries_give_no_rule_at_the_defaults_of_arules(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
) -> None:
    session, lines = groceries
    assert bundle_rules.mine(lines, session, 0.1, 0.8, 10) == ([], 9835)


def test_groceries_are_counted_as_published(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
) -> None:
    session, lines = groceries
    rules, _ = bundle_rules.mine(lines, session, 0.05, 0.0, 2)
    counts = {rule["antecedents"]: rule["count_a"] for rule in rules}
    assert counts["whole milk",] == 2513
    assert counts["other vegetables",] == 1903

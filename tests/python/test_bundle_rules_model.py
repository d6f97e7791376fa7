"""bundle_rules as dbt runs it: a fake dbt on a database in memory."""

from collections.abc import Sequence

import bundle_rules
import duckdb
import numpy as np
import pandas as pd
import pytest

from fake_dbt import FakeDbt


def modelled(
    itemsets: Sequence[tuple[str, int]], min_confidence: object, baskets: int = 5
) -> tuple[pd.DataFrame, FakeDbt]:
    """Rules of itemsets in some baskets, the last of them on the fifth of January."""
    session = duckdb.connect()
    session.execute("""
        create table bundle_itemsets (
            itemset text, itemset_count bigint, basket_count bigint,
            holdout_count bigint, holdout_basket_count bigint,
            window_start timestamp, window_end timestamp, holdout_start timestamp
        );
        create table dim_products (product_sku text, product_name text);
        insert into dim_products values ('A', 'Lamp'), ('B', 'Mug'), ('-1', 'Unknown');
    """)
    for itemset, count in itemsets:
        session.execute(
            """insert into bundle_itemsets values
            (?, ?, ?, ?, 8, '2025-01-02', '2025-01-05', '2025-01-04')""",
            [itemset, count, baskets, count - 2],
        )
    dbt = FakeDbt(session, "bundle_rules", min_confidence=min_confidence, max_length=6)
    return bundle_rules.model(dbt, session), dbt


PAIR = [('["A"]', 2), ('["B"]', 3), ('["A", "B"]', 2)]


def test_the_model_makes_rules_of_the_itemsets() -> None:
    table, dbt = modelled(PAIR, "0.6")
    assert dbt.config.settings == {"materialized": "table_on_change"}
    assert table["antecedents"].tolist() == ['["A"]', '["B"]']
    assert table["antecedents_names"].tolist() == ['["Lamp"]', '["Mug"]']
    assert table["confidence"].tolist() == [1.0, pytest.approx(2 / 3)]
    assert table["count_a"].tolist() == [2, 3]
    assert table["count_b"].tolist() == [3, 2]
    assert table["count_ab"].tolist() == [2, 2]
    assert table["basket_count"].tolist() == [5, 5]
    assert set(table["window_start"]) == {pd.Timestamp("2025-01-02")}
    assert set(table["window_end"]) == {pd.Timestamp("2025-01-05")}


def test_a_rule_is_measured_in_the_baskets_held_out() -> None:
    pair = [('["A"]', 4), ('["B"]', 6), ('["A", "B"]', 3)]
    table, _ = modelled(pair, 0, baskets=10)
    # of 8 baskets held out 2 have A, 4 have B and 1 has both
    assert table["holdout_count"].tolist() == [1, 1]
    assert table["holdout_lift"].tolist() == [1.0, 1.0]
    assert set(table["holdout_start"]) == {pd.Timestamp("2025-01-04")}
    unseen, _ = modelled(PAIR, 0)
    assert unseen["holdout_count"].tolist() == [0, 0]
    assert unseen["holdout_lift"].isna().all()


def test_the_model_writes_no_conviction_for_a_rule_that_never_fails() -> None:
    table, _ = modelled([('["A"]', 2), ('["B"]', 2), ('["A", "B"]', 2)], 0.5)
    session = duckdb.connect()
    session.register("rules", table)
    counted = session.execute("select count(*), count(conviction) from rules")
    assert counted.fetchone() == (2, 0)


def test_the_model_is_empty_and_typed_without_itemsets() -> None:
    table, _ = modelled([], 0.3)
    assert len(table) == 0
    assert list(table.columns) == list(bundle_rules.COLUMNS)
    assert table.dtypes.astype(str).to_dict() == bundle_rules.COLUMNS
    assert table["count_ab"].dtype == np.int64


@pytest.mark.parametrize("confidence", [-0.1, 1.01, "nan", "None", None, ""])
def test_a_confidence_that_means_nothing_is_refused_by_name(confidence: object) -> None:
    message = rf"bundle_min_confidence must lie in \[0, 1\], not {confidence}"
    with pytest.raises(ValueError, match=message):
        modelled(PAIR, confidence)


@pytest.mark.parametrize("confidence", [0, 1])
def test_a_confidence_at_its_limits_is_taken(confidence: object) -> None:
    table, _ = modelled(PAIR, confidence)
    assert table["confidence"].min() >= confidence

"""int_bundle_candidates as dbt runs it, build after build, and on published baskets."""

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import bundle_rules
import duckdb
import int_bundle_candidates as candidates
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baskets import ITEMS, Basket, counted_by_hand
from fake_dbt import FakeDbt
from shop import SHARED_DATA

GROCERIES = SHARED_DATA / "groceries" / "groceries_long.csv.gz"
THIS = "int_bundle_candidates"


class Shop:
    """Order lines in memory, and the model run on them as build after build."""

    def __init__(self, min_support: object = 0.5, max_length: object = 6) -> None:
        self.session = duckdb.connect()
        self.session.execute("""
            create table fact_order_lines (
                order_id text, product_sku text, is_sale boolean, load_id bigint,
                order_date date
            );
            create table int_bundle_window as
            select null::date as first_day, null::date as mined_until;
            create schema audit;
            create table audit.pipeline_execution_log (batch_id bigint);
        """)
        self.number = 0
        self.thresholds = {
            "min_support": min_support,
            "max_length": max_length,
            "max_itemsets": 1_000,
            "mined_share": 0.8,
        }

    def mine(self, first_day: str | None, mined_until: str | None) -> None:
        """Set the days to mine."""
        self.session.execute(
            "update int_bundle_window set first_day = ?, mined_until = ?",
            [first_day, mined_until],
        )

    def deliver(self, orders: Mapping[str, Basket], day: str | None = None) -> None:
        """Give orders these products, whatever they had; none for an empty basket."""
        self.number += 1
        for order, products in orders.items():
            self.session.execute(
                "update fact_order_lines set is_sale = false, load_id = ?"
                " where order_id = ?",
                [self.number, order],
            )
            for product in sorted(products):
                self.session.execute(
                    "insert into fact_order_lines values (?, ?, true, ?, ?)",
                    [order, product, self.number, day],
                )

    def build(self) -> pd.DataFrame:
        """Run the model and keep what it makes."""
        self.session.execute(
            "insert into audit.pipeline_execution_log values (?)", [self.number]
        )
        dbt = FakeDbt(self.session, THIS, **self.thresholds)
        made = candidates.model(dbt, self.session)
        self.session.register("made", made)
        self.session.execute(f"create or replace table {THIS} as select * from made")
        self.session.unregister("made")
        return made


def itemsets(made: pd.DataFrame) -> list[str]:
    return made["itemset"].tolist()


def test_the_first_build_mines_sales_a_little_below_the_support() -> None:
    shop = Shop(min_support="0.5")
    shop.deliver({"1": frozenset("AB"), "2": frozenset("AB"), "3": frozenset("BC")})
    shop.deliver({"4": frozenset("C"), "5": frozenset("D"), "6": frozenset()})
    made = shop.build()
    # of five baskets 0.8 x 0.5 are two
    assert itemsets(made) == ["[]", '["A"]', '["B"]', '["C"]', '["A", "B"]']
    assert made["parent_id"].tolist() == [pd.NA, 0, 0, 0, 1]
    assert made["product_sku"].tolist()[1:] == ["A", "B", "C", "B"]
    assert made["item_count"].tolist() == [0, 1, 1, 1, 2]
    assert set(made["basket_count"]) == {5}
    assert set(made["smallest_count"]) == {2}
    assert set(made["lines_load_id"]) == {2}
    assert made.dtypes.astype(str).to_dict() == candidates.COLUMNS


def test_candidates_are_kept_while_no_other_set_can_be_frequent() -> None:
    shop = Shop(min_support=0.5)
    shop.deliver({str(order): frozenset("AB") for order in range(100)})
    first = shop.build()
    # fifty of a hundred are frequent and forty were mined: eleven could change that
    shop.deliver({f"new {order}": frozenset("C") for order in range(5)})
    pd.testing.assert_frame_equal(shop.build(), first)
    shop.deliver({f"newer {order}": frozenset("C") for order in range(10)})
    assert '["C"]' not in itemsets(shop.build())
    assert shop.build()["load_id"].max() == shop.number


def test_a_support_lowered_or_a_length_raised_is_mined_for() -> None:
    shop = Shop(min_support=0.5, max_length=1)
    shop.deliver({"1": frozenset("AB"), "2": frozenset("AB"), "3": frozenset("CD")})
    assert itemsets(shop.build()) == ["[]", '["A"]', '["B"]']
    shop.thresholds["max_length"] = 2
    assert '["A", "B"]' in itemsets(shop.build())
    shop.thresholds["min_support"] = 0.1
    assert '["C", "D"]' in itemsets(shop.build())


def test_no_sales_leave_the_empty_set_alone_and_sales_are_mined_later() -> None:
    shop = Shop()
    made = shop.build()
    assert itemsets(made) == ["[]"]
    assert made.dtypes.astype(str).to_dict() == candidates.COLUMNS
    shop.deliver({"1": frozenset("AB")})
    assert '["A", "B"]' in itemsets(shop.build())


@pytest.mark.parametrize(
    "spoil", [f"delete from {THIS}", f"alter table {THIS} drop column max_length"]
)
def test_a_table_emptied_or_of_another_version_is_made_anew(spoil: str) -> None:
    shop = Shop()
    shop.deliver({"1": frozenset("AB")})
    first = shop.build()
    shop.session.execute(spoil)
    pd.testing.assert_frame_equal(shop.build(), first)


def test_nothing_is_left_behind_in_the_warehouse() -> None:
    shop = Shop()
    shop.deliver({"1": frozenset("AB")})
    shop.build()
    shop.deliver({"2": frozenset("AB")})
    shop.build()
    left = shop.session.execute("""
        select view_name from duckdb_views() where not internal
        union all
        select table_name from duckdb_tables() where temporary
    """)
    assert left.fetchall() == []


@pytest.mark.parametrize(
    "name",
    [
        "basket_lines",
        "basket_products",
        "changed_lines",
        "new_sales",
        "rows_to_keep",
        "new",
    ],
)
def test_tables_of_the_same_names_are_not_read(name: str) -> None:
    shop = Shop()
    shop.session.execute(f"""
        create table {name} (
            order_id text, product_sku text, item bigint, is_new bool, is_gone bool
        )
    """)
    shop.deliver({str(order): frozenset("AB") for order in range(61)})
    shop.deliver({str(order): frozenset("C") for order in range(61, 100)})
    assert '["C"]' not in itemsets(shop.build())
    shop.deliver({str(order): frozenset("C") for order in range(15)})
    assert '["C"]' in itemsets(shop.build())


def test_too_low_a_support_is_refused_and_names_one_that_would_do() -> None:
    shop = Shop(min_support=0.1)
    shop.thresholds["max_itemsets"] = 100
    often = {f"often {order}": frozenset("AB") for order in range(8)}
    shop.deliver(often | {"large 1": frozenset("ABCDEFGHI")})
    shop.deliver({"large 2": frozenset("ABCDEFGHI")})
    message = (
        "bundle_min_support = 0.1 gives more than 100 itemsets, of 3 products after"
        r" \d+ candidates of that size; try (0\.\d+), or raise bundle_max_itemsets"
    )
    with pytest.raises(ValueError, match=message) as refusal:
        shop.build()
    found = re.search(message, str(refusal.value))
    assert found is not None
    shop.thresholds["min_support"] = float(found[1])
    assert itemsets(shop.build()) == ["[]", '["A"]', '["B"]', '["A", "B"]']


def test_thresholds_are_refused_before_anything_is_read() -> None:
    dbt = FakeDbt(duckdb.connect(), THIS, min_support=2, max_length=6, max_itemsets=1)
    with pytest.raises(ValueError, match="bundle_min_support must lie in"):
        candidates.model(dbt, dbt.session)


baskets = st.frozensets(st.sampled_from(ITEMS), max_size=4)
deliveries = st.lists(
    st.dictionaries(st.integers(1, 40).map(str), baskets, max_size=12),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(deliveries, st.integers(1, 10))
def test_no_frequent_itemset_is_ever_missed(
    given_deliveries: Sequence[Mapping[str, Basket]], tenths: int
) -> None:
    shop = Shop(min_support=tenths / 10)
    orders: dict[str, Basket] = {}
    for delivery in given_deliveries:
        shop.deliver(delivery)
        orders |= delivery
        sold = [basket for basket in orders.values() if basket]
        needed = candidates.smallest_count(tenths / 10, len(sold))
        frequent = candidates.candidates_table(
            counted_by_hand(sold, needed, len(ITEMS)),
            **dict.fromkeys(
                (
                    "load_id",
                    "basket_count",
                    "lines_load_id",
                    "smallest_count",
                    "max_length",
                ),
                0,
            ),
            first_day=None,
            mined_until=None,
        )
        assert set(itemsets(frequent)) <= set(itemsets(shop.build()))


dated_deliveries = st.lists(
    st.tuples(
        st.dictionaries(st.integers(1, 20).map(str), baskets, max_size=12),
        st.integers(1, 9),
        st.integers(1, 9),
        st.integers(1, 9),
    ),
    min_size=2,
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(dated_deliveries, st.integers(1, 10))
def test_no_frequent_itemset_is_missed_as_the_window_moves(
    given_deliveries: Sequence[tuple[Mapping[str, Basket], int, int, int]], tenths: int
) -> None:
    shop = Shop(min_support=tenths / 10)
    orders: dict[str, tuple[Basket, int]] = {}
    for delivery, day, first, last in given_deliveries:
        shop.deliver(delivery, f"2025-01-0{day}")
        shop.mine(f"2025-01-0{first}", f"2025-01-0{last}")
        orders |= {order: (basket, day) for order, basket in delivery.items()}
        sold = [
            basket for basket, day in orders.values() if basket and first <= day <= last
        ]
        needed = candidates.smallest_count(tenths / 10, len(sold))
        frequent = {
            json.dumps(itemset) for itemset in counted_by_hand(sold, needed, len(ITEMS))
        }
        assert frequent <= set(itemsets(shop.build()))


def test_only_baskets_of_the_days_mined_count() -> None:
    shop = Shop(min_support=0.5)
    shop.deliver({"1": frozenset("AB")}, "2025-01-01")
    shop.deliver({"2": frozenset("CD")}, "2025-01-02")
    shop.deliver({"3": frozenset("EF")})
    shop.mine("2025-01-02", "2025-01-02")
    assert itemsets(shop.build()) == ["[]", '["C"]', '["D"]', '["C", "D"]']
    shop.mine(None, "2025-01-01")
    assert set(shop.build()["basket_count"]) == {2}
    assert '["A", "B"]' in itemsets(shop.build())
    assert '["E", "F"]' in itemsets(shop.build())


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


def grocery_rules(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
    min_support: float,
    min_confidence: float,
    max_length: int,
) -> list[dict[Any, Any]]:
    session, lines = groceries
    count = candidates.orders_of(lines)
    assert count == 9835
    needed = candidates.smallest_count(min_support, count)
    found = candidates.frequent_itemsets(
        candidates.read_baskets(lines, session),
        candidates.Limits(needed, max_length, 1_000_000, min_support),
    )
    rules = bundle_rules.association_rules(found, count, min_confidence, max_length)
    return rules.to_dict("records")


def test_groceries_give_the_published_rules(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
) -> None:
    rules = grocery_rules(groceries, 0.01, 0.5, 6)
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
    assert grocery_rules(groceries, 0.1, 0.8, 10) == []


def test_groceries_are_counted_as_published(
    groceries: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation],
) -> None:
    rules = grocery_rules(groceries, 0.05, 0.0, 2)
    counts = {rule["antecedents"]: rule["count_a"] for rule in rules}
    assert counts["whole milk",] == 2513
    assert counts["other vegetables",] == 1903

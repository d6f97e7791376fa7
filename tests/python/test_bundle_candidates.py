"""int_bundle_candidates: exact counts, what it refuses, and when it mines again."""

import itertools
import math
import re
from fractions import Fraction

import duckdb
import int_bundle_candidates as candidates
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori

from baskets import (
    ITEMS,
    Basket,
    baskets_of_few_items,
    counted_by_hand,
    mined,
    table_of,
)

TWELVE = "ABCDEFGHIJKL"


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ((0.0, 2, 9), r"bundle_min_support must lie in \(0, 1\], not 0.0"),
        ((-0.1, 2, 9), r"bundle_min_support must lie in \(0, 1\], not -0.1"),
        ((1.01, 2, 9), r"bundle_min_support must lie in \(0, 1\], not 1.01"),
        ((math.nan, 2, 9), r"bundle_min_support must lie in \(0, 1\], not nan"),
        ((0.1, 0, 9), r"bundle_max_length must be at least 1, not 0"),
        ((0.1, -3, 9), r"bundle_max_length must be at least 1, not -3"),
        ((0.1, 2, 0), r"bundle_max_itemsets must be at least 1, not 0"),
    ],
)
def test_thresholds_that_mean_nothing_are_refused_by_name_and_value(
    thresholds: tuple[float, int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        candidates.check_thresholds(*thresholds)


@pytest.mark.parametrize("thresholds", [(1.0, 1, 1), (1e-9, 6, 9), (1, 2, 9)])
def test_thresholds_at_their_limits_are_taken(
    thresholds: tuple[float, int, int],
) -> None:
    candidates.check_thresholds(*thresholds)


@pytest.mark.parametrize(
    ("min_support", "baskets", "expected"),
    [
        (0.07, 100, 7),
        (0.07, 101, 8),
        (0.29, 100, 29),
        (0.57, 100, 57),
        (0.01, 9835, 99),
        (1.0, 7, 7),
        (1e-9, 5, 1),
        (0.01, 0, 1),
    ],
)
def test_smallest_count_is_not_moved_by_floating_point(
    min_support: float, baskets: int, expected: int
) -> None:
    assert candidates.smallest_count(min_support, baskets) == expected


@given(st.integers(1, 10_000), st.integers(1, 10**9))
def test_smallest_count_equals_exact_arithmetic(
    ten_thousandths: int, baskets: int
) -> None:
    exact = math.ceil(Fraction(ten_thousandths, 10_000) * baskets)
    count = candidates.smallest_count(ten_thousandths / 10_000, baskets)
    assert count == exact


@settings(deadline=None)
@given(baskets_of_few_items, st.integers(1, 4), st.integers(1, len(ITEMS)))
def test_itemsets_are_those_counted_one_by_one(
    baskets: list[Basket], min_count: int, max_length: int
) -> None:
    found = mined(baskets, min_count, max_length)
    assert found == counted_by_hand(baskets, min_count, max_length)


@settings(deadline=None, max_examples=50)
@given(baskets_of_few_items, st.integers(1, 3))
def test_itemsets_are_those_of_plain_apriori(
    baskets: list[Basket], min_count: int
) -> None:
    assume(min_count <= len(baskets))
    table = table_of(baskets)
    oracle = apriori(table, min_support=min_count / len(table), use_colnames=True)
    expected = {
        tuple(sorted(items)): round(support * len(table))
        for items, support in zip(oracle["itemsets"], oracle["support"], strict=True)
    }
    assert mined(baskets, min_count, len(ITEMS)) == expected


@pytest.mark.parametrize("shortest_long", [1, 3, 64])
@pytest.mark.parametrize("block_cells", [1, 700, 500_000])
@pytest.mark.parametrize("bits_start", [0, 20_000])
@pytest.mark.parametrize("few_words", [1, 300_000])
def test_the_ways_to_count_change_no_count(
    monkeypatch: pytest.MonkeyPatch,
    shortest_long: int,
    block_cells: int,
    bits_start: int,
    few_words: int,
) -> None:
    chance = np.random.default_rng(7)
    shares = chance.beta(2, 2, size=12)
    baskets = [
        frozenset(np.array(list(TWELVE))[chance.random(12) < shares])
        for _ in range(150)
    ]
    baskets += [frozenset(TWELVE)] * 2
    table = table_of(baskets, TWELVE)
    oracle = apriori(table, min_support=9 / len(table), use_colnames=True)
    monkeypatch.setattr(candidates, "SHORTEST_LONG", shortest_long)
    monkeypatch.setattr(candidates, "BLOCK_CELLS", block_cells)
    monkeypatch.setattr(candidates, "BITS_START", bits_start)
    monkeypatch.setattr(candidates, "FEW_WORDS", few_words)
    found = mined(baskets, 9, len(TWELVE), TWELVE)
    assert max(map(len, found)) > 3
    assert found == {
        tuple(sorted(items)): round(support * len(table))
        for items, support in zip(oracle["itemsets"], oracle["support"], strict=True)
    }


def test_no_baskets_and_no_items_give_no_itemsets() -> None:
    assert mined([], 1, 6) == {}
    assert mined([frozenset()] * 3, 1, 6, "") == {}
    assert mined([frozenset("A")], 2, 6) == {}


def test_a_product_twice_in_a_basket_counts_once() -> None:
    session = duckdb.connect()
    lines = session.sql("""
        select * from (values ('1', 'A'), ('1', 'A'), ('2', 'B'), ('1', 'B'))
            as lines (order_id, product_sku)
    """)
    baskets = candidates.read_baskets(lines, session)
    limits = candidates.Limits(1, 2, 9, min_support=0.5)
    found = candidates.frequent_itemsets(baskets, limits)
    assert found == {("A",): 1, ("B",): 2, ("A", "B"): 1}


@pytest.mark.parametrize("same", ["0::ubigint", "hash(basket_lines.order_id[1:1])"])
def test_baskets_whose_hashes_are_the_same_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, same: str
) -> None:
    monkeypatch.setattr(
        candidates,
        "NUMBERS_SQL",
        (f"{same} >> {{item_bits}}", candidates.NUMBERS_SQL[1]),
    )
    session = duckdb.connect()
    lines = session.sql("""
        select * from (values ('A1', 'X'), ('A2', 'Y'), ('B1', 'X'), ('B1', 'Y'))
            as lines (order_id, product_sku)
    """)
    baskets = candidates.read_baskets(lines, session)
    assert sorted(baskets.rows.lengths.tolist()) == [1, 1, 2]


def test_an_empty_table_has_no_baskets() -> None:
    session = duckdb.connect()
    session.execute("create table lines (order_id text, product_sku text)")
    baskets = candidates.read_baskets(session.table("lines"), session)
    assert (len(baskets.rows.lengths), baskets.names) == (0, [])
    limits = candidates.Limits(1, 6, 9, min_support=0.5)
    assert candidates.frequent_itemsets(baskets, limits) == {}


def test_more_candidates_than_itemsets_are_worth_are_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(candidates, "CANDIDATES_PER_ITEMSET", 2)
    triples = [frozenset(triple) for triple in itertools.combinations(TWELVE, 3)]
    # twelve items and 66 pairs are frequent, and none of 220 sets of three
    assert len(mined(triples, 2, 2, TWELVE, max_itemsets=80)) == 78
    refusal = candidates.TooManyItemsetsError
    with pytest.raises(refusal, match="gives more than 160 candidates, of 3 products"):
        mined(triples, 2, 3, TWELVE, max_itemsets=80)


def test_each_size_has_its_line_in_the_log_also_when_the_search_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(candidates, "log", said.append)
    baskets = [frozenset("ABC"), frozenset("ABC"), frozenset("AD"), frozenset("BD")]
    mined(baskets, 2, 3, "ABCD")
    seconds = r"\d+\.\d\d s"
    expected = [
        f"itemsets of 1: 4 candidates, 4 frequent, {seconds}",
        f"itemsets of 2: 6 candidates, 3 frequent, {seconds}",
        f"itemsets of 3: 1 candidates, 1 frequent, {seconds}",
    ]
    for line, pattern in zip(said, expected, strict=True):
        assert re.fullmatch(pattern, line)
    said.clear()
    with pytest.raises(candidates.TooManyItemsetsError):
        mined(baskets, 2, 3, max_itemsets=5)
    assert [line.partition(":")[0] for line in said] == [
        "itemsets of 1",
        "itemsets of 2",
    ]

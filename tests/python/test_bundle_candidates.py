"""int_bundle_candidates: exact counts, what it refuses, and when it mines again."""

import math
from fractions import Fraction

import int_bundle_candidates as candidates
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori

from baskets import ITEMS, Basket, baskets_of_few_items, counted_by_hand, table_of


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ((0.0, 2), r"bundle_min_support must lie in \(0, 1\], not 0.0"),
        ((-0.1, 2), r"bundle_min_support must lie in \(0, 1\], not -0.1"),
        ((1.01, 2), r"bundle_min_support must lie in \(0, 1\], not 1.01"),
        ((math.nan, 2), r"bundle_min_support must lie in \(0, 1\], not nan"),
        ((0.1, 0), r"bundle_max_length must be at least 1, not 0"),
        ((0.1, -3), r"bundle_max_length must be at least 1, not -3"),
    ],
)
def test_thresholds_that_mean_nothing_are_refused_by_name_and_value(
    thresholds: tuple[float, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        candidates.check_thresholds(*thresholds)


@pytest.mark.parametrize("thresholds", [(1.0, 1), (1e-9, 6), (1, 2)])
def test_thresholds_at_their_limits_are_taken(
    thresholds: tuple[float, int],
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
    found = candidates.frequent_itemsets(table_of(baskets), min_count, max_length)
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
    found = candidates.frequent_itemsets(table, min_count, len(ITEMS))
    assert found == expected


def test_pairs_are_counted_alike_in_one_block_and_in_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    baskets = [frozenset("AB"), frozenset("ABC"), frozenset("C"), frozenset("BC")] * 3
    cells = table_of(baskets).to_numpy(dtype=bool)
    whole = candidates.pair_counts(cells)
    monkeypatch.setattr(candidates, "BLOCK_BASKETS", 5)
    assert (candidates.pair_counts(cells) == whole).all()
    assert whole.dtype == np.int64
    assert whole[:3, :3].tolist() == [[6, 6, 3], [6, 9, 6], [3, 6, 9]]


def test_no_baskets_and_no_items_give_no_itemsets() -> None:
    assert candidates.frequent_itemsets(table_of([]), 1, 6) == {}
    assert candidates.frequent_itemsets(pd.DataFrame(index=range(3)), 1, 6) == {}
    empty = np.array([], dtype=np.int64)
    assert candidates.one_hot_baskets(empty, empty, []).shape == (0, 0)


def test_a_product_twice_in_a_basket_counts_once() -> None:
    table = candidates.one_hot_baskets(
        np.array([0, 0, 2]), np.array([1, 1, 0]), ["A", "B"]
    )
    assert table.to_numpy().tolist() == [[False, True], [False, False], [True, False]]

"""bundle_rules: exact counts, the measures of every rule, and what it refuses."""

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import bundle_rules
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori
from mlxtend.frequent_patterns import association_rules as oracle_rules

Basket = frozenset[str]

ITEMS = "ABCDEF"
MEASURES = ("support", "confidence", "lift", "leverage", "conviction")
WINDOW = (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-31"))

baskets_of_few_items = st.lists(
    st.frozensets(st.sampled_from(ITEMS), min_size=1), min_size=1, max_size=14
)


def table_of(baskets: Sequence[Basket], items: Sequence[str] = ITEMS) -> pd.DataFrame:
    cells = [[item in basket for item in items] for basket in baskets]
    return pd.DataFrame(cells, columns=list(items), dtype=bool)


def counted_by_hand(
    baskets: Sequence[Basket], min_count: int, max_length: int
) -> dict[tuple[str, ...], int]:
    counts = {
        itemset: sum(basket.issuperset(itemset) for basket in baskets)
        for size in range(1, max_length + 1)
        for itemset in itertools.combinations(ITEMS, size)
    }
    return {itemset: count for itemset, count in counts.items() if count >= min_count}


def rules_of(
    baskets: Sequence[Basket], min_confidence: float = 0.0
) -> list[dict[str, Any]]:
    itemsets = bundle_rules.frequent_itemsets(table_of(baskets), 1, len(ITEMS))
    return bundle_rules.association_rules(itemsets, len(baskets), min_confidence)


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ((0.0, 0.5, 2), r"bundle_min_support must lie in \(0, 1\], not 0.0"),
        ((-0.1, 0.5, 2), r"bundle_min_support must lie in \(0, 1\], not -0.1"),
        ((1.01, 0.5, 2), r"bundle_min_support must lie in \(0, 1\], not 1.01"),
        ((math.nan, 0.5, 2), r"bundle_min_support must lie in \(0, 1\], not nan"),
        ((0.1, -0.1, 2), r"bundle_min_confidence must lie in \[0, 1\], not -0.1"),
        ((0.1, 1.01, 2), r"bundle_min_confidence must lie in \[0, 1\], not 1.01"),
        ((0.1, math.nan, 2), r"bundle_min_confidence must lie in \[0, 1\], not nan"),
        ((0.1, 0.5, 0), r"bundle_max_length must be at least 1, not 0"),
        ((0.1, 0.5, -3), r"bundle_max_length must be at least 1, not -3"),
    ],
)
def test_thresholds_that_mean_nothing_are_refused_by_name_and_value(
    thresholds: tuple[float, float, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        bundle_rules.check_thresholds(*thresholds)


@pytest.mark.parametrize("thresholds", [(1.0, 0.0, 1), (1e-9, 1.0, 6), (1, 1, 2)])
def test_thresholds_at_their_limits_are_taken(
    thresholds: tuple[float, float, int],
) -> None:
    bundle_rules.check_thresholds(*thresholds)


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
    assert bundle_rules.smallest_count(min_support, baskets) == expected


@given(st.integers(1, 10_000), st.integers(1, 10**9))
def test_smallest_count_equals_exact_arithmetic(
    ten_thousandths: int, baskets: int
) -> None:
    exact = math.ceil(Fraction(ten_thousandths, 10_000) * baskets)
    count = bundle_rules.smallest_count(ten_thousandths / 10_000, baskets)
    assert count == exact


@settings(deadline=None)
@given(baskets_of_few_items, st.integers(1, 4), st.integers(1, len(ITEMS)))
def test_itemsets_are_those_counted_one_by_one(
    baskets: list[Basket], min_count: int, max_length: int
) -> None:
    found = bundle_rules.frequent_itemsets(table_of(baskets), min_count, max_length)
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
    found = bundle_rules.frequent_itemsets(table, min_count, len(ITEMS))
    assert found == expected


@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
@settings(deadline=None, max_examples=50)
@given(baskets_of_few_items)
def test_measures_are_those_of_mlxtend(baskets: list[Basket]) -> None:
    itemsets = apriori(table_of(baskets), min_support=1e-9, use_colnames=True)
    oracle = {
        (tuple(sorted(rule.antecedents)), tuple(sorted(rule.consequents))): rule
        for rule in oracle_rules(
            itemsets, num_itemsets=len(baskets), metric="support", min_threshold=1e-9
        ).itertuples()
    }
    rules = rules_of(baskets)
    assert {(rule["antecedents"], rule["consequents"]) for rule in rules} == set(oracle)
    for rule in rules:
        expected = oracle[rule["antecedents"], rule["consequents"]]
        for measure in MEASURES:
            value = getattr(expected, measure)
            # conviction of a rule that never fails: infinite there, empty here
            wanted = math.nan if math.isinf(value) else value
            assert rule[measure] == pytest.approx(wanted, nan_ok=True)


@settings(deadline=None, max_examples=50)
@given(baskets_of_few_items, st.integers(0, 20))
def test_rules_are_all_that_reach_the_confidence_and_no_others(
    baskets: list[Basket], twentieths: int
) -> None:
    counts = counted_by_hand(baskets, 1, len(ITEMS))
    expected = {
        (left, tuple(item for item in both if item not in left))
        for both in counts
        for size in range(1, len(both))
        for left in itertools.combinations(both, size)
        if Fraction(counts[both], counts[left]) >= Fraction(twentieths, 20)
    }
    rules = rules_of(baskets, twentieths / 20)
    assert {(rule["antecedents"], rule["consequents"]) for rule in rules} == expected
    for rule in rules:
        both = tuple(sorted(rule["antecedents"] + rule["consequents"]))
        assert rule["count_a"] == counts[rule["antecedents"]]
        assert rule["count_b"] == counts[rule["consequents"]]
        assert rule["count_ab"] == counts[both]
        assert rule["basket_count"] == len(baskets)


@settings(deadline=None, max_examples=50)
@given(st.data(), baskets_of_few_items)
def test_rules_come_in_one_order_whatever_the_order_of_baskets_and_items(
    data: st.DataObject, baskets: list[Basket]
) -> None:
    shuffled_baskets = data.draw(st.permutations(baskets))
    shuffled_items = data.draw(st.permutations(ITEMS))
    tables = (table_of(baskets), table_of(shuffled_baskets, shuffled_items))
    first, second = (
        bundle_rules.association_rules(
            bundle_rules.frequent_itemsets(table, 1, len(ITEMS)), len(baskets), 0.3
        )
        for table in tables
    )
    pd.testing.assert_frame_equal(
        bundle_rules.rules_table(first, {}, WINDOW),
        bundle_rules.rules_table(second, {}, WINDOW),
    )
    keys = [
        (
            *(-rule[measure] for measure in ("confidence", "lift", "support")),
            rule["antecedents"],
            rule["consequents"],
        )
        for rule in first
    ]
    assert keys == sorted(set(keys))


def test_itemsets_of_six_are_found_and_cut_at_the_length_asked_for() -> None:
    baskets = [frozenset("ABCDEF")] * 3 + [frozenset("G")] * 2
    table = table_of(baskets, "ABCDEFG")
    assert bundle_rules.frequent_itemsets(table, 3, 6)[tuple("ABCDEF")] == 3
    assert max(map(len, bundle_rules.frequent_itemsets(table, 3, 5))) == 5
    assert set(bundle_rules.frequent_itemsets(table, 3, 1)) == {
        (item,) for item in "ABCDEF"
    }
    # every split of every set of two to six: sum of C(6, k) x (2^k - 2)
    rules = bundle_rules.association_rules(
        bundle_rules.frequent_itemsets(table, 3, 6), len(baskets), 1.0
    )
    assert len(rules) == 602


def test_pairs_are_counted_alike_in_one_block_and_in_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    baskets = [frozenset("AB"), frozenset("ABC"), frozenset("C"), frozenset("BC")] * 3
    cells = table_of(baskets).to_numpy(dtype=bool)
    whole = bundle_rules.pair_counts(cells)
    monkeypatch.setattr(bundle_rules, "BLOCK_BASKETS", 5)
    assert (bundle_rules.pair_counts(cells) == whole).all()
    assert whole.dtype == np.int64
    assert whole[:3, :3].tolist() == [[6, 6, 3], [6, 9, 6], [3, 6, 9]]


def test_no_baskets_and_no_items_give_no_itemsets() -> None:
    assert bundle_rules.frequent_itemsets(table_of([]), 1, 6) == {}
    assert bundle_rules.frequent_itemsets(pd.DataFrame(index=range(3)), 1, 6) == {}
    empty = np.array([], dtype=np.int64)
    assert bundle_rules.one_hot_baskets(empty, empty, []).shape == (0, 0)


def test_a_product_twice_in_a_basket_counts_once() -> None:
    table = bundle_rules.one_hot_baskets(
        np.array([0, 0, 2]), np.array([1, 1, 0]), ["A", "B"]
    )
    assert table.to_numpy().tolist() == [[False, True], [False, False], [True, False]]


def test_the_table_has_the_same_types_without_a_rule() -> None:
    empty = bundle_rules.rules_table([], {}, WINDOW)
    filled = bundle_rules.rules_table(rules_of([frozenset("AB")]), {}, WINDOW)
    assert len(empty) == 0
    assert len(filled) == 2
    assert empty.dtypes.to_dict() == filled.dtypes.to_dict()
    assert list(empty.columns) == list(bundle_rules.COLUMNS)


def test_a_rule_keeps_its_id_and_names_its_products() -> None:
    names = {"A": 'Lamp 12"', "B": "Tasse für Ürümqi"}
    baskets = [frozenset("ABC"), frozenset("A")]
    table = bundle_rules.rules_table(rules_of(baskets), names, WINDOW)
    more = bundle_rules.rules_table(rules_of([*baskets, frozenset("B")]), names, WINDOW)
    rule = table[table["antecedents"] == '["A", "B"]']
    assert rule["consequents"].tolist() == ['["C"]']
    assert rule["antecedents_names"].tolist() == ['["Lamp 12\\"", "Tasse für Ürümqi"]']
    assert rule["consequents_names"].tolist() == ['["C"]']
    assert set(table["rule_id"]) == set(more["rule_id"])
    assert table["rule_id"].is_unique

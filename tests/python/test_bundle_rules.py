"""bundle_rules: every rule of the itemsets, its measures, their order and types."""

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import bundle_rules
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori
from mlxtend.frequent_patterns import association_rules as oracle_rules

from baskets import (
    ITEMS,
    Basket,
    baskets_of_few_items,
    counted_by_hand,
    mined,
    table_of,
)

MEASURES = ("support", "confidence", "lift", "leverage", "conviction", "jaccard")
WINDOW = {
    "window_start": pd.Timestamp("2025-01-01"),
    "window_end": pd.Timestamp("2025-01-31"),
    "holdout_start": pd.NaT,
}
NOT_HELD_OUT = {"holdout_count": 0, "holdout_lift": float("nan")}


def rules_of(baskets: Sequence[Basket], min_confidence: float = 0.0) -> pd.DataFrame:
    itemsets = mined(baskets, 1, len(ITEMS))
    return bundle_rules.association_rules(
        itemsets, len(baskets), min_confidence, len(ITEMS)
    )


def table_of_rules(
    rules: pd.DataFrame, names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    none_held_out = rules.assign(**NOT_HELD_OUT)
    return bundle_rules.rules_table(none_held_out, names or {}, WINDOW)


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
    rules = rules_of(baskets).to_dict("records")
    assert {(rule["antecedents"], rule["consequents"]) for rule in rules} == set(oracle)
    for rule in rules:
        expected = oracle[rule["antecedents"], rule["consequents"]]
        for measure in MEASURES:
            value = getattr(expected, measure)
            # conviction of a rule that never fails: infinite there, empty here
            wanted = math.nan if math.isinf(value) else value
            assert rule[measure] == pytest.approx(wanted, nan_ok=True)
        zhang = pytest.approx(expected.zhangs_metric, abs=1e-9)
        assert rule["zhang"] == zhang


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
    rules = rules_of(baskets, twentieths / 20).to_dict("records")
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
    orders = ((baskets, ITEMS), (shuffled_baskets, shuffled_items))
    first, second = (
        bundle_rules.association_rules(
            mined(ordered, 1, len(ITEMS), items), len(baskets), 0.3, len(ITEMS)
        )
        for ordered, items in orders
    )
    pd.testing.assert_frame_equal(
        table_of_rules(first),
        table_of_rules(second),
    )
    keys = [
        (
            *(-rule[measure] for measure in ("confidence", "lift", "support")),
            rule["antecedents"],
            rule["consequents"],
        )
        for rule in first.to_dict("records")
    ]
    assert keys == sorted(set(keys))


def test_itemsets_of_six_are_found_and_cut_at_the_length_asked_for() -> None:
    baskets = [frozenset("ABCDEF")] * 3 + [frozenset("G")] * 2
    assert mined(baskets, 3, 6, "ABCDEFG")[tuple("ABCDEF")] == 3
    assert max(map(len, mined(baskets, 3, 5, "ABCDEFG"))) == 5
    assert set(mined(baskets, 3, 1, "ABCDEFG")) == {(item,) for item in "ABCDEF"}
    # every split of every set of two to six: sum of C(6, k) x (2^k - 2)
    rules = bundle_rules.association_rules(
        mined(baskets, 3, 6, "ABCDEFG"), len(baskets), 1.0, 6
    )
    assert len(rules) == 602


@pytest.mark.parametrize("missing", ["A", "B", "C", "AB", "AC", "BC"])
def test_an_itemset_without_one_of_its_subsets_is_refused(missing: str) -> None:
    itemsets = mined([frozenset("ABC"), frozenset("D")], 1, 3, "ABCD")
    del itemsets[tuple(missing)]
    message = r"a subset of \(.*\) is not among the itemsets"
    with pytest.raises(ValueError, match=message):
        bundle_rules.association_rules(itemsets, 2, 0.3, 3)


def test_the_table_has_the_same_types_without_a_rule() -> None:
    empty = table_of_rules(rules_of([]))
    filled = table_of_rules(rules_of([frozenset("AB")]))
    assert len(empty) == 0
    assert len(filled) == 2
    assert empty.dtypes.to_dict() == filled.dtypes.to_dict()
    assert list(empty.columns) == list(bundle_rules.COLUMNS)


def test_a_rule_keeps_its_id_and_names_its_products() -> None:
    names = {"A": 'Lamp 12"', "B": "Tasse für Ürümqi"}
    baskets = [frozenset("ABC"), frozenset("A")]
    table = table_of_rules(rules_of(baskets), names)
    more = table_of_rules(rules_of([*baskets, frozenset("B")]), names)
    rule = table[table["antecedents"] == '["A", "B"]']
    assert rule["consequents"].tolist() == ['["C"]']
    assert rule["antecedents_names"].tolist() == ['["Lamp 12\\"", "Tasse für Ürümqi"]']
    assert rule["consequents_names"].tolist() == ['["C"]']
    assert set(table["rule_id"]) == set(more["rule_id"])
    assert table["rule_id"].is_unique

"""bundle_rules: which rules are more than chance, against exact counts and SciPy."""

import itertools
import math
from fractions import Fraction

import bundle_rules
import int_bundle_candidates as candidates
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from baskets import ITEMS, Basket, baskets_of_few_items, mined, numbered

EXACT = 1e-11
MILLION, HUNDRED_MILLION = 10**6, 10**8


def counts_of(*rows: tuple[int, int, int], baskets: int) -> bundle_rules.Counts:
    """Counts of A, B and both for each rule, all of the same baskets."""
    a, b, ab = np.array(rows, dtype=np.int64).T
    return bundle_rules.Counts(a, b, ab, baskets)


def exact_chance(a: int, b: int, ab: int, baskets: int) -> Fraction:
    """Chance of `ab` or more in whole numbers: draw b of all baskets, a of them red."""
    chances = math.comb(a, ab) * math.comb(baskets - a, b - ab)
    total = chances
    for both in range(ab, min(a, b)):
        neither = baskets - a - b + both
        chances = chances * (a - both) * (b - both) // ((both + 1) * (neither + 1))
        total += chances
    return Fraction(total, math.comb(baskets, b))


@pytest.mark.parametrize("baskets", range(1, 14))
def test_chances_are_exact_for_every_table_of_few_baskets(baskets: int) -> None:
    rows = [
        (a, b, ab)
        for a in range(1, baskets + 1)
        for b in range(1, baskets + 1)
        for ab in range(max(1, a + b - baskets), min(a, b) + 1)
    ]
    chances = bundle_rules.p_values(counts_of(*rows, baskets=baskets))
    for row, chance in zip(rows, chances.tolist(), strict=True):
        assert chance == pytest.approx(float(exact_chance(*row, baskets)), rel=EXACT)


@pytest.mark.parametrize(
    ("a", "b", "ab", "baskets"),
    [
        (50, 60, 10, 1_000),
        (5_000, 4_000, 60, MILLION),
        (300_000, 4_000, 1_300, MILLION),
        (3_000, 2_000, 1, HUNDRED_MILLION),
        (3_000, 2_000, 5, HUNDRED_MILLION),
        (HUNDRED_MILLION // 2, 3_000, 1_400, HUNDRED_MILLION),
        (HUNDRED_MILLION // 2, 3_000, 1_600, HUNDRED_MILLION),
    ],
)
def test_chances_are_exact_for_many_baskets(
    a: int, b: int, ab: int, baskets: int
) -> None:
    both_ways = counts_of((a, b, ab), (b, a, ab), baskets=baskets)
    one, other = bundle_rules.p_values(both_ways).tolist()
    assert one == other
    assert one == pytest.approx(float(exact_chance(a, b, ab, baskets)), rel=EXACT)


@settings(deadline=None)
@given(st.data())
def test_chances_are_those_of_scipy(data: st.DataObject) -> None:
    baskets = data.draw(st.integers(1, 20_000))
    a, b = data.draw(st.integers(1, baskets)), data.draw(st.integers(1, baskets))
    ab = data.draw(st.integers(max(1, a + b - baskets), min(a, b))) if a else 0
    (chance,) = bundle_rules.p_values(counts_of((a, b, ab), baskets=baskets)).tolist()
    wanted = float(hypergeom.sf(ab - 1, baskets, a, b))
    assert chance == pytest.approx(wanted, rel=1e-9, abs=1e-299)


def test_a_chance_too_small_to_tell_is_zero() -> None:
    certain = counts_of((400, 400, 400), (600, 600, 600), baskets=HUNDRED_MILLION)
    assert bundle_rules.p_values(certain).tolist() == [0, 0]
    barely = counts_of((40, 40, 40), baskets=HUNDRED_MILLION)
    assert 0 < bundle_rules.p_values(barely)[0] < 1e-250


@given(
    st.lists(st.floats(0, 1, allow_subnormal=False), max_size=30),
    st.integers(0, 30),
)
def test_q_values_are_those_of_scipy_with_the_unseen_at_one(
    chances: list[float], unseen: int
) -> None:
    found = bundle_rules.q_values(np.array(chances), len(chances) + unseen)
    if chances:
        wanted = false_discovery_control(chances + [1.0] * unseen)[: len(chances)]
        assert found == pytest.approx(wanted)
    else:
        assert found.tolist() == []


@settings(deadline=None, max_examples=50)
@given(baskets_of_few_items, st.integers(1, 5), st.integers(1, 6))
def test_the_family_is_every_pair_of_sets_without_a_common_product(
    baskets: list[Basket], min_count: int, max_length: int
) -> None:
    itemsets = mined(baskets, min_count, max_length)
    pairs = [
        (left, right)
        for left, right in itertools.permutations(itemsets, 2)
        if not set(left) & set(right) and len(left) + len(right) <= max_length
    ]
    subsets = bundle_rules.subsets_by_size(sorted(itemsets))
    assert bundle_rules.family_size(subsets, len(itemsets), max_length) == len(pairs)


@settings(deadline=None, max_examples=50)
@given(baskets_of_few_items)
def test_a_rule_is_redundant_when_fewer_products_imply_as_much(
    baskets: list[Basket],
) -> None:
    itemsets = mined(baskets, 1, len(ITEMS))
    table = bundle_rules.association_rules(itemsets, len(baskets), 0, len(ITEMS))
    rules = table.to_dict("records")
    for rule in rules:
        simpler = [
            Fraction(other["count_ab"], other["count_a"])
            for other in rules
            if other["consequents"] == rule["consequents"]
            and set(other["antecedents"]) < set(rule["antecedents"])
        ]
        own = Fraction(rule["count_ab"], rule["count_a"])
        assert rule["is_redundant"] == any(value >= own for value in simpler)


def test_lift_lies_in_its_interval_in_95_of_100_draws() -> None:
    """Baskets drawn with P(A) 0.2, P(B) 0.3 and lift 1.5, at odds known."""
    shares = (0.09, 0.11, 0.21, 0.59)
    drawn = np.random.default_rng(5).multinomial(2_000, shares, size=4_000)
    both, a_only, b_only, _ = drawn.T
    counts = bundle_rules.Counts(both + a_only, both + b_only, both, 2_000)
    low, high = bundle_rules.lift_interval(counts)
    assert np.mean((low <= 1.5) & (high >= 1.5)) == pytest.approx(0.95, abs=0.01)


def test_an_interval_has_no_width_where_lift_cannot_vary() -> None:
    everywhere = counts_of((10, 7, 7), (10, 10, 10), baskets=10)
    low, high = bundle_rules.lift_interval(everywhere)
    assert low.tolist() == high.tolist() == [1, 1]


@pytest.mark.parametrize("seed", range(5))
def test_rules_of_random_orders_are_no_discoveries(seed: int) -> None:
    """Products bought independently: there are rules above lift 1, and none holds."""
    bought = np.random.default_rng(seed).random((5_000, 60)) < 0.05
    limits = candidates.Limits(20, 6, 100_000, min_support=0.004)
    names = [f"P{number:02}" for number in range(60)]
    rows, columns = np.nonzero(bought)
    found = numbered(rows, columns, names)
    itemsets = candidates.frequent_itemsets(found, limits)
    rules = bundle_rules.association_rules(itemsets, len(bought), 0, 6)
    assert (rules["lift"] > 1).sum() > 50
    assert not ((rules["lift"] > 1) & (rules["q_value"] < 0.05)).any()
    # what corrects for the rules found alone calls most draws discoveries
    chances = rules["p_value"].to_numpy()
    assert bundle_rules.q_values(chances, len(chances)).min() < 0.05

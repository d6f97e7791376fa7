"""Rules of generated shops against what was planted, and with nothing planted.

Two shops of each; twenty with CLUSTR_TWENTY_SHOPS=1. What counts as found is what the
scorecard counts.
"""

import os
from functools import cache
from typing import Any

import bundle_rules
import int_bundle_candidates as candidates
import pytest

from baskets import numbered
from generator.baskets import fill_baskets
from generator.catalog import build_catalog
from generator.days import build_days
from generator.groups import Group, plant_groups
from generator.pools import build_pools
from generator.settings import Knobs, settle
from generator.streams import stream

SHOPS = 20 if os.environ.get("CLUSTR_TWENTY_SHOPS") else 2
# Ten times the demo: as many people and products as go with it, or those of the demo.
TEN_DEMOS = (Knobs(scale=52_000), Knobs(orders=10_000, dirt=0.0))
MIN_SUPPORT, MIN_CONFIDENCE, MAX_LENGTH = 0.01, 0.3, 6

Rule = dict[Any, Any]


@cache
def shop(
    knobs: Knobs, seed: int, *, is_planted: bool
) -> tuple[list[Group], list[Rule]]:
    """What was planted into a shop's baskets, and the rules found in them."""
    settings = settle(Knobs(**vars(knobs) | {"seed": seed}))
    days = build_days(settings.start, settings.days)
    catalog = build_catalog(settings, days, build_pools())
    groups = plant_groups(settings, catalog) if is_planted else []
    orders, lines = 2 * settings.orders, settings.web_lines + settings.till_lines
    drawn = fill_baskets(stream(seed, "baskets"), orders, lines, catalog, groups)
    names = [str(number) for number in range(settings.products)]
    limits = candidates.Limits(
        candidates.smallest_count(MIN_SUPPORT, orders), MAX_LENGTH, 10_000, MIN_SUPPORT
    )
    baskets = numbered(drawn.order, drawn.product, names)
    itemsets = candidates.frequent_itemsets(baskets, limits)
    rules = bundle_rules.association_rules(itemsets, orders, MIN_CONFIDENCE, MAX_LENGTH)
    return groups, [rule for rule in rules.to_dict("records") if is_found(rule)]


def is_found(rule: Rule) -> bool:
    """More than chance, and more than large baskets among small ones make of it."""
    return bool(rule["q_value"] < 0.05 and rule["lift_low"] >= 2)


def products(rule: Rule) -> set[str]:
    """Products of both sides."""
    return set(rule["antecedents"]) | set(rule["consequents"])


def members(groups: list[Group], kind: str) -> list[set[str]]:
    """Products of each planted group of a kind."""
    return [{str(p) for p in group.products} for group in groups if group.kind == kind]


@pytest.mark.parametrize("seed", range(SHOPS))
@pytest.mark.parametrize("knobs", TEN_DEMOS, ids=["scaled", "few products"])
def test_bundles_are_found_and_little_else(knobs: Knobs, seed: int) -> None:
    groups, rules = shop(knobs, seed, is_planted=True)
    bundles = members(groups, "bundle")
    recalled = [b for b in bundles if any(products(rule) <= b for rule in rules)]
    assert len(recalled) >= 0.9 * len(bundles)
    real = [rule for rule in rules if any(products(rule) <= b for b in bundles)]
    assert len(real) >= 0.9 * len(rules)
    decoys = members(groups, "decoy")
    assert not [rule for rule in rules if products(rule) in decoys]


@pytest.mark.parametrize("knobs", TEN_DEMOS, ids=["scaled", "few products"])
def test_next_to_nothing_is_found_where_nothing_is_planted(knobs: Knobs) -> None:
    fooled = [seed for seed in range(SHOPS) if shop(knobs, seed, is_planted=False)[1]]
    assert len(fooled) <= 0.05 * SHOPS

"""Baskets: how many different products an order has, and which ones."""

from dataclasses import dataclass
from itertools import count as count_up

import numpy as np

from generator.catalog import Catalog
from generator.groups import Group, neutral_weight
from generator.streams import Flags, Ints, draw, some

# Weights of 1 to 12 different products, and of a giant.
SIZE_WEIGHTS = (450, 185, 120, 87, 62, 40, 25, 14, 8, 5, 2, 1, 1)
GIANT_LOW, GIANT_HIGH = 20, 60
SMALLEST_MULTIPLE, ORDINARY_MAX = 2, 12
PATIENT_ROUNDS = 20
QUANTITY_WEIGHTS = (0, 760, 150, 50, 20, 10, 10)


@dataclass
class Baskets:
    """Order lines: those of an order lie together, in the order of the orders.

    `starts` gives each order's first line; `is_planted` marks bundle members.
    """

    order: Ints
    product: Ints
    is_planted: Flags
    starts: Ints

    def sum_per_order(self, amount: Ints) -> Ints:
        """Add up a number per line over each order."""
        return np.add.reduceat(amount, self.starts)


def fill_baskets(
    rng: np.random.Generator,
    orders: int,
    lines: int,
    catalog: Catalog,
    groups: list[Group],
) -> Baskets:
    """Draw the lines of all orders of one feed.

    Parameters
    ----------
    rng
        Stream of the feed's baskets.
    orders, lines
        Exact numbers of orders and of lines; at least one line per order.
    catalog
        Products to draw from, by popularity.
    groups
        Planted groups: bundles are added, decoys thinned to lift 1, substitutes kept
        apart.

    Returns
    -------
    Baskets
        The lines, no product twice in one order.
    """
    sizes = _sizes(rng, orders, lines, min(GIANT_HIGH, len(catalog.by_rank) // 2))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    baskets = Baskets(
        order=np.repeat(np.arange(orders), sizes),
        product=catalog.by_rank[draw(rng, catalog.weight, lines)],
        is_planted=np.zeros(lines, dtype=np.bool_),
        starts=starts,
    )
    _plant_bundles(rng, baskets, sizes, groups)
    redraw_repeats(rng, baskets, catalog.by_rank, catalog.weight)
    _thin_pairs(rng, baskets, catalog, groups)
    _shuffle_within_orders(rng, baskets)
    return baskets


def redraw_repeats(
    rng: np.random.Generator, baskets: Baskets, by_rank: Ints, weight: Ints
) -> None:
    """Draw anew, in place, whatever an order has twice; planted lines stay."""
    products = len(by_rank)
    active = np.arange(len(baskets.order))
    for attempt in count_up():
        key = baskets.order[active] * products + baskets.product[active]
        # Planted lines sort before drawn ones, so that the drawn one is redrawn.
        ranking = np.argsort(key * 2 + ~baskets.is_planted[active], kind="stable")
        ranked = key[ranking]
        repeats = active[ranking[1:][ranked[1:] == ranked[:-1]]]
        if not len(repeats):
            return
        # Giants exhaust the popular products: give the rest an equal chance.
        odds = weight if attempt < PATIENT_ROUNDS else np.minimum(weight, 1)
        baskets.product[repeats] = by_rank[draw(rng, odds, len(repeats))]
        touched = np.zeros(len(baskets.starts), dtype=np.bool_)
        touched[baskets.order[repeats]] = True
        active = active[touched[baskets.order[active]]]


def draw_quantities(rng: np.random.Generator, lines: int) -> Ints:
    """Draw how many pieces each line has."""
    return draw(rng, QUANTITY_WEIGHTS, lines)


def _sizes(rng: np.random.Generator, orders: int, lines: int, most: int) -> Ints:
    sizes = draw(rng, SIZE_WEIGHTS, orders) + 1
    giants = np.flatnonzero(sizes > ORDINARY_MAX)
    sizes[giants] = rng.integers(GIANT_LOW, GIANT_HIGH + 1, len(giants))
    sizes = np.minimum(sizes, most)
    while gap := lines - int(sizes.sum()):
        movable = _movable(sizes, most, up=gap > 0)
        sizes[some(rng, movable, abs(gap))] += np.sign(gap)
    return sizes


def _movable(sizes: Ints, most: int, *, up: bool) -> Ints:
    """Orders that can take one line more or less, keeping singles single if it can."""
    kept = (sizes > 1) & (sizes < ORDINARY_MAX) if up else sizes > SMALLEST_MULTIPLE
    any_way = sizes < most if up else sizes > 1
    return np.flatnonzero(kept if kept.any() else any_way)


def _plant_bundles(
    rng: np.random.Generator, baskets: Baskets, sizes: Ints, groups: list[Group]
) -> None:
    queue = rng.permutation(np.flatnonzero(sizes > 1))
    multiples, taken = len(queue), np.zeros(len(sizes), dtype=np.bool_)
    bundles = [group for group in groups if group.kind == "bundle"]
    for group in sorted(bundles, key=lambda group: -len(group.products)):
        width = len(group.products)
        wanted = multiples * group.per_thousand // 1_000
        chosen = queue[(sizes[queue] >= width) & ~taken[queue]][:wanted]
        taken[chosen] = True
        lines = baskets.starts[chosen][:, None] + np.arange(width)
        baskets.product[lines] = np.array(group.products)
        baskets.is_planted[lines] = True


def _thin_pairs(
    rng: np.random.Generator, baskets: Baskets, catalog: Catalog, groups: list[Group]
) -> None:
    weight = neutral_weight(catalog, groups)
    for group in groups:
        if group.kind == "bundle":
            continue
        first, second = (
            np.flatnonzero(baskets.product == product) for product in group.products
        )
        fewer = min(first, second, key=len)
        both = fewer[
            np.isin(
                baskets.order[fewer],
                baskets.order[second if fewer is first else first],
            )
        ]
        # Bigger baskets hold more of everything, so pairs drawn independently still
        # come out at lift 1.3 or so; a decoy is to come out at 1.
        by_chance = round(len(first) * len(second) / len(baskets.starts))
        keep = by_chance if group.kind == "decoy" else 0
        surplus = some(rng, both, max(len(both) - keep, 0))
        drawn = draw(rng, weight, len(surplus))
        baskets.product[surplus] = catalog.by_rank[drawn]
        redraw_repeats(rng, baskets, catalog.by_rank, weight)


def _shuffle_within_orders(rng: np.random.Generator, baskets: Baskets) -> None:
    lot = rng.integers(0, 2**31, len(baskets.order))
    ranking = np.argsort((baskets.order << 31) | lot, kind="stable")
    baskets.product = baskets.product[ranking]
    baskets.is_planted = baskets.is_planted[ranking]

"""Planted groups of products: the bundles, decoys and substitutes to be found again."""

from dataclasses import dataclass

import numpy as np

from generator.catalog import Catalog
from generator.settings import Settings
from generator.streams import Flags, Ints, stream

# Size of each bundle and the share of multi-item baskets it is planted into, in
# thousandths.
BUNDLES = ((4, 50), (3, 45), (3, 40), (2, 45), (2, 40), (2, 35))
# Popularity ranks from 0. Popular enough to be seen together, or not, in a small demo.
DECOYS = ((0, 1), (0, 8), (0, 9), (1, 8))
SUBSTITUTES = ((2, 3), (4, 5), (6, 7))
FIRST_FREE_RANK = 10


@dataclass(frozen=True)
class Group:
    """One planted group; `products` are positions in the catalogue."""

    name: str
    kind: str
    products: tuple[int, ...]
    per_thousand: int = 0


def plant_groups(settings: Settings, catalog: Catalog) -> list[Group]:
    """Choose the products of every planted group, none in a bundle and elsewhere."""
    count, size = settings.products, sum(size for size, _ in BUNDLES)
    low = max(FIRST_FREE_RANK, count // 6)
    middle = np.arange(low, max(count // 2, low + size))
    ranks = stream(settings.seed, "groups").permutation(middle)[:size]
    groups, start = [], 0
    for place, (width, share) in enumerate(BUNDLES, start=1):
        members = catalog.by_rank[ranks[start : start + width]]
        groups.append(_group(f"B{place:02d}", "bundle", members, share))
        start += width
    for kind, pairs in (("decoy", DECOYS), ("substitute", SUBSTITUTES)):
        for place, pair in enumerate(pairs, start=1):
            name = f"{kind[0].upper()}{place:02d}"
            groups.append(_group(name, kind, catalog.by_rank[list(pair)]))
    return groups


def neutral_weight(catalog: Catalog, groups: list[Group]) -> Ints:
    """Weights by rank with every planted product left out."""
    planted = _is_planted(catalog, groups)
    return np.where(planted[catalog.by_rank], 0, catalog.weight)


def _group(name: str, kind: str, members: Ints, share: int = 0) -> Group:
    return Group(name, kind, tuple(sorted(int(m) for m in members)), share)


def _is_planted(catalog: Catalog, groups: list[Group]) -> Flags:
    planted = np.zeros(len(catalog.by_rank), dtype=np.bool_)
    for group in groups:
        planted[list(group.products)] = True
    return planted

"""Small baskets for the tests of bundles: made up, tabled, and counted one by one."""

import itertools
from collections.abc import Sequence

import int_bundle_candidates as candidates
import numpy as np
import pandas as pd
from hypothesis import strategies as st

Basket = frozenset[str]

ITEMS = "ABCDEF"

baskets_of_few_items = st.lists(
    st.frozensets(st.sampled_from(ITEMS), min_size=1), min_size=1, max_size=14
)


def table_of(baskets: Sequence[Basket], items: Sequence[str] = ITEMS) -> pd.DataFrame:
    """Baskets one-hot: booleans, a row per basket and a column per item."""
    cells = [[item in basket for item in items] for basket in baskets]
    return pd.DataFrame(cells, columns=list(items), dtype=bool)


def numbered(
    baskets: np.ndarray, items: np.ndarray, names: Sequence[str]
) -> candidates.Baskets:
    """Baskets as the miner takes them, of parallel arrays of numbers of both."""
    by_count = np.argsort(-np.bincount(items, minlength=len(names)), kind="stable")
    codes = np.argsort(by_count)
    cells = (baskets.astype(np.uint64) << 32) | codes[items].astype(np.uint64)
    return candidates.Baskets(
        candidates.rows_of(cells, 32), [names[item] for item in by_count]
    )


def coded(
    baskets: Sequence[Basket], items: Sequence[str] = ITEMS
) -> candidates.Baskets:
    """Baskets as the miner takes them."""
    rows, columns = np.nonzero(table_of(baskets, items).to_numpy(dtype=bool))
    return numbered(rows, columns, items)


def mined(
    baskets: Sequence[Basket],
    min_count: int,
    max_length: int,
    items: Sequence[str] = ITEMS,
    max_itemsets: int = 1_000_000,
) -> dict[tuple[str, ...], int]:
    """Itemsets that the miner finds."""
    limits = candidates.Limits(min_count, max_length, max_itemsets, min_support=0.5)
    return candidates.frequent_itemsets(coded(baskets, items), limits)


def counted_by_hand(
    baskets: Sequence[Basket], min_count: int, max_length: int
) -> dict[tuple[str, ...], int]:
    """Itemsets found in enough baskets, each looked for in every basket."""
    counts = {
        itemset: sum(basket.issuperset(itemset) for basket in baskets)
        for size in range(1, max_length + 1)
        for itemset in itertools.combinations(ITEMS, size)
    }
    return {itemset: count for itemset, count in counts.items() if count >= min_count}

"""The search for bundles stops in time where there is too much to find."""

import time

import int_bundle_candidates as candidates
import numpy as np
import pytest

from baskets import numbered

MAX_ITEMSETS = 200_000
LONGEST_SECONDS = 60


def attributes(rows: int, values: np.ndarray, power: float) -> candidates.Baskets:
    """Rows with one value of each attribute, low values more often than high ones."""
    rng = np.random.default_rng(3)
    held = (rng.random((rows, len(values))) ** power * values).astype(int)
    items = held + np.cumsum(values) - values
    numbers = np.repeat(np.arange(rows), len(values))
    return numbered(numbers, items.ravel(), names(int(values.sum())))


def names(count: int) -> list[str]:
    """Names of products, in order."""
    return [f"{number:04}" for number in range(count)]


def giants() -> candidates.Baskets:
    """200,000 baskets of three products, and 300 of 3,000 among 6,000."""
    rng = np.random.default_rng(4)
    large = [rng.choice(6_000, size=3_000, replace=False) for _ in range(300)]
    numbers = np.repeat(np.arange(300), 3_000)
    small = rng.integers(0, 6_000, size=600_000)
    return numbered(
        np.concatenate([numbers, 300 + np.arange(600_000) // 3]),
        np.concatenate([*large, small]),
        names(6_000),
    )


def mine(found: candidates.Baskets, count: int) -> dict[tuple[str, ...], int]:
    """The itemsets in so many baskets, in seconds that are few enough."""
    limits = candidates.Limits(count, 6, MAX_ITEMSETS, min_support=0.001)
    start = time.monotonic()
    try:
        return candidates.frequent_itemsets(found, limits)
    finally:
        assert time.monotonic() - start < LONGEST_SECONDS


@pytest.mark.parametrize(
    ("rows", "values", "power", "count", "size"),
    [
        pytest.param(8_000, np.arange(2, 25) // 2 + 1, 3, 8, 6, id="like mushroom"),
        pytest.param(3_200, np.full(37, 2), 3, 320, 5, id="like chess"),
    ],
)
def test_dense_rows_stop_with_a_support_to_try(
    rows: int, values: np.ndarray, power: float, count: int, size: int
) -> None:
    refusal = (
        rf"gives more than 200,000 itemsets, of {size} products after [\d,]+ candidates"
        r" of that size; try 0\.\d+, or raise bundle_max_itemsets"
    )
    with pytest.raises(candidates.TooManyItemsetsError, match=refusal):
        mine(attributes(rows, values, power), count)


def test_baskets_of_thousands_of_products_do_not_stall_the_search() -> None:
    found = mine(giants(), 101)
    assert max(map(len, found)) == 2
    assert len(found) > 6_000


def test_pairs_of_large_baskets_stop_with_a_support_to_try() -> None:
    with pytest.raises(candidates.TooManyItemsetsError, match="of 2 products"):
        mine(giants(), 5)

"""Random streams, one per name, so that no knob reshuffles what it does not own."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """Open the random stream of one table or column, the same on every machine."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def draw(rng: np.random.Generator, weights: Ints | Sequence[int], count: int) -> Ints:
    """Draw positions by weight.

    Weights are integers because sums of floats may differ between machines in the
    last digit, and one differing draw would change every file after it.

    Parameters
    ----------
    rng
        Stream to draw from.
    weights
        One weight of 0 or more per position, at least one above 0.
    count
        Number of draws, with replacement.

    Returns
    -------
    Ints
        Positions in the weights, length `count`.
    """
    edges = np.cumsum(np.asarray(weights, dtype=np.int64))
    tickets = rng.integers(0, edges[-1], count)
    return np.searchsorted(edges, tickets, side="right").astype(np.int64)


def chance(rng: np.random.Generator, per_thousand: int, count: int) -> Flags:
    """Flip `count` coins that come up true `per_thousand` times in a thousand."""
    return rng.integers(0, 1000, count) < per_thousand


def some(rng: np.random.Generator, values: Ints, count: int) -> Ints:
    """Take `count` different values at random, or all of them when there are fewer."""
    return rng.permutation(values)[:count]

"""What every recipe for dirt works with: the clean shop, a stream and new keys."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from generator.layouts import Batch
from generator.streams import Ints, stream
from generator.world import World


@dataclass
class Maker:
    """Hands out random draws and numbers that no clean row has."""

    world: World
    name: str = ""
    used: dict[str, int] = field(default_factory=dict)

    @property
    def rng(self) -> np.random.Generator:
        """Stream of the recipe, from its beginning."""
        return stream(self.world.settings.seed, f"dirt/{self.name}")

    def named(self, name: str) -> "Maker":
        """Return the same maker at work on a recipe; numbers go on being counted."""
        return Maker(self.world, name, self.used)

    def new_numbers(self, feed: str, count: int) -> Ints:
        """Return key numbers of a feed that nobody else gets."""
        first = self.used.get(feed, len(self.world.clean[feed]) + 1)
        self.used[feed] = first + count
        return np.arange(first, first + count, dtype=np.int64)

    def sample(self, feed: str, count: int) -> pd.DataFrame:
        """Copy clean rows of a feed, drawn with replacement."""
        frame = self.world.clean[feed]
        rows = self.rng.integers(0, len(frame), count)
        return frame.iloc[rows].reset_index(drop=True)


@dataclass(frozen=True)
class Recipe:
    """One way of making dirt.

    `feeds` must all hold clean rows; `rows` is how many rows one go of it adds.
    """

    name: str
    kind: str
    feeds: tuple[str, ...]
    rows: int
    make: Callable[[Maker, int], list[Batch]]

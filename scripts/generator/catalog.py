"""Products: names, prices that change over the days, and how popular each one is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.days import DAY_SECONDS, Days
from generator.pools import Pools, text_column
from generator.settings import Settings
from generator.streams import Ints, draw, stream

ZIPF_EXPONENT = 0.8
DISCONTINUED_SHARE = 0.03
PRODUCT_STATUSES = ("ACTIVE", "DISCONTINUED")
NEVER = 1_000_000
# Half of the products keep their price.
CHANGES_WEIGHTS = (50, 32, 18)
ONCE, TWICE = 1, 2
VARIANTS = (
    "",
    " classic",
    " mini",
    ' 12" wide',
    ", set of 2",
    " «Café»",
    " No. 7",
    " large",
    ", gift box",
    " recycled",
)

# Category, sub-category, middling price in cents, and what is sold there.
SHELVES = (
    ("Kitchen", "Cookware", 3_900, ("Frying pan", "Stock pot", "Wok", "Crêpe pan")),
    ("Kitchen", "Tableware", 1_500, ("Mug", "Dinner plate", "Salad bowl", "Teapot")),
    ("Kitchen", "Coffee & Tea", 1_200, ("Espresso beans", "Green tea", "Milk frother")),
    ("Home", "Lighting", 4_500, ("Desk lamp", "Floor lamp", "String lights")),
    ("Home", "Textiles", 2_600, ("Wool blanket", "Cushion", "Bath towel", "Curtain")),
    ("Home", "Decor", 1_800, ("Vase", "Picture frame", "Scented candle", "Wall clock")),
    ("Garden", "Tools", 2_200, ("Trowel", "Pruning shears", "Watering can", "Rake")),
    ("Garden", "Plants", 1_100, ("Herb pot", "Rose bush", "Seed box", "Olive tree")),
    ("Office", "Stationery", 700, ("Notebook", "Fountain pen", "Stapler", "Planner")),
    ("Office", "Desk", 5_200, ("Monitor stand", "Desk organiser", "Footrest")),
    ("Toys", "Games", 2_400, ("Board game", "Jigsaw puzzle", "Card game", "Dice set")),
    ("Toys", "Outdoor", 1_900, ("Kite", "Frisbee", "Skipping rope", "Ball")),
    ("Clothing", "Basics", 2_000, ("T-shirt", "Socks", "Beanie", "Scarf")),
    ("Clothing", "Rainwear", 5_800, ("Raincoat", "Umbrella", "Rubber boots")),
)


@dataclass(frozen=True)
class Catalog:
    """The products table and, row by row, popularity and prices.

    `by_rank` lists the products from the most to the least popular; `weight` is by
    rank. The price is `prices[0]` until day `changes[0]`, `prices[1]` until day
    `changes[1]`, then `prices[2]`, in cents.
    """

    frame: pd.DataFrame
    by_rank: Ints
    weight: Ints
    prices: tuple[Ints, Ints, Ints]
    changes: tuple[Ints, Ints]

    def price_at(self, product: Ints, day: Ints) -> Ints:
        """List price in cents of each product on each day."""
        late = np.where(
            day < self.changes[1][product],
            self.prices[1][product],
            self.prices[2][product],
        )
        return np.where(day < self.changes[0][product], self.prices[0][product], late)


def build_catalog(settings: Settings, days: Days, pools: Pools) -> Catalog:
    """Make the products."""
    seed, count = settings.seed, settings.products
    by_rank = stream(seed, "products/rank").permutation(count)
    ranks = np.arange(1, count + 1, dtype=np.float64)
    weight = np.rint(1e9 / ranks**ZIPF_EXPONENT).astype(np.int64)
    gone = max(1, int(count * DISCONTINUED_SHARE))
    weight[-gone:] = 0
    status = np.zeros(count, dtype=np.int8)
    status[by_rank[-gone:]] = PRODUCT_STATUSES.index("DISCONTINUED")
    frame, middle = _names(seed, count, pools)
    prices, changes = _prices(seed, days, middle)
    last_change = np.where(changes[1] < NEVER, changes[1], changes[0])
    change_day = np.where(last_change < NEVER, last_change, 0)
    return Catalog(
        frame=frame.assign(
            price=prices[2],
            status=status,
            updated=days.first_second + change_day * DAY_SECONDS,
        ),
        by_rank=by_rank,
        weight=weight,
        prices=prices,
        changes=changes,
    )


def _names(seed: int, count: int, pools: Pools) -> tuple[pd.DataFrame, Ints]:
    goods = [(*shelf[:3], noun) for shelf in SHELVES for noun in shelf[3]]
    categories, shelves, middles, nouns = zip(*goods, strict=True)
    good = stream(seed, "products/good").integers(0, len(goods), count)
    # Products of one noun take its variants in turn, so that no two share a name
    # before the variants run out; from then on a number tells them apart.
    turn = pd.Series(good).groupby(good).cumcount().to_numpy()
    first = stream(seed, "products/variant").integers(0, len(VARIANTS), len(goods))
    variant = (first[good] + turn) % len(VARIANTS)
    brand = draw(
        stream(seed, "products/brand"),
        [1_000 // (rank + 2) for rank in range(len(pools.brands))],
        count,
    )
    frame = pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "noun": text_column(nouns, good),
            "variant": text_column(VARIANTS, variant),
            "series": turn // len(VARIANTS) + 1,
            "category": text_column(categories, good),
            "sub_category": text_column(shelves, good),
            "brand": text_column(pools.brands, brand),
        }
    )
    return frame, np.array(middles, dtype=np.int64)[good]


def _prices(
    seed: int, days: Days, middle: Ints
) -> tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints]]:
    count = len(middle)
    spread = stream(seed, "products/price").lognormal(0.0, 0.45, count)
    ending = np.array([99, 49, 95, 0])[
        draw(stream(seed, "products/ending"), (60, 15, 15, 10), count)
    ]
    first = np.maximum((middle * spread).astype(np.int64) // 100, 1) * 100 + ending
    steps = stream(seed, "products/steps").integers(85, 121, (2, count))
    second, third = first * steps[0] // 100, first * steps[1] // 100
    changes = draw(stream(seed, "products/changes"), CHANGES_WEIGHTS, count)
    moments = np.sort(
        stream(seed, "products/moments").integers(1, days.count, (2, count)), axis=0
    )
    once, twice = changes == ONCE, changes == TWICE
    prices = (
        first,
        np.where(once | twice, second, first),
        np.where(twice, third, np.where(once, second, first)),
    )
    # Changed once: from the first to the second moment's price and no further.
    starts = np.where(once | twice, moments[0], NEVER)
    return prices, (starts, np.where(twice, moments[1], NEVER))

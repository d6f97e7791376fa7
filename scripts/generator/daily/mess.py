"""What goes wrong on the way: which orders come late, wrong or dirty, and when.

How much of it there is follows the share of dirt; without dirt nothing goes wrong.
"""

from dataclasses import dataclass

import numpy as np

from generator.daily.clock import LONGEST_DELAY, Clock, Days16
from generator.settings import Settings
from generator.streams import Flags, Ints, draw, stream

# What may go wrong with an order, and how often for each unit of dirt.
FINE, LATE, HEADER_LATE, WRONG, WRONG_AGAIN, CANCELLED_AGAIN, DIRTY, DIRTY_AGAIN = (
    range(8)
)
ODDS = (0, 4, 2, 3, 2, 1, 2, 1)
UNIT, MOST_PER_UNIT = 1_000_000, 0.8
# Rows are put right so many deliveries after they came wrong, at most.
SLOWEST_RIGHT, LONGEST_WAIT = 20, 10
LATE_PEOPLE, CHANGED_MASTERS = 10, 2


@dataclass(frozen=True)
class Fates:
    """What goes wrong with each order of a feed, and when.

    `delay` is in deliveries, for all of an order; `header_delay` comes on top for its
    header. A wrong order is wrong from delivery `start` (0: for ever since) until
    before `end`.
    """

    kind: Ints
    delay: Ints
    header_delay: Ints
    start: Ints
    end: Ints

    def of(self, *kinds: int) -> Flags:
        """Orders with one of these fates that are put right in time."""
        return np.isin(self.kind, kinds)


def draw_fates(settings: Settings, clock: Clock, feed: str, due: Days16) -> Fates:
    """Draw the fate of each order.

    Parameters
    ----------
    settings, clock
        Share of dirt and seed; the deliveries.
    feed
        Feed of the order headers; names the random stream.
    due
        Delivery each order is due at, below 1 for those of the history.

    Returns
    -------
    Fates
        One entry per order; all of them fine where there is no dirt, and for orders
        too old to come late.
    """
    count, name = len(due), f"days/{feed}"
    unit = round(settings.dirt * UNIT)
    weights = [odds * unit for odds in ODDS]
    weights[FINE] = max(UNIT - sum(weights), round(UNIT * (1 - MOST_PER_UNIT)))
    kind = draw(stream(settings.seed, f"{name}/fate"), weights, count)
    kind[due <= 1 - LONGEST_DELAY] = FINE
    lot = stream(settings.seed, f"{name}/delay").integers(0, 1_000, count)
    # Most come a few days late, some of them forty.
    delay = 1 + (LONGEST_DELAY - 1) * lot**2 // 998_001
    wait = stream(settings.seed, f"{name}/wait").integers(0, LONGEST_WAIT, (2, count))
    came = np.maximum(due, 1).astype(np.int64)
    again = np.isin(kind, (WRONG_AGAIN, CANCELLED_AGAIN, DIRTY_AGAIN))
    start = np.where(again, came + 1 + wait[0], 0)
    right = stream(settings.seed, f"{name}/right").integers(1, SLOWEST_RIGHT, count)
    end = np.where(start > 0, start + 1 + wait[1], came + right)
    # What nobody puts right before the last delivery does not go wrong.
    kind[(kind >= WRONG) & (end > clock.last)] = FINE
    return Fates(
        kind=kind,
        delay=np.where(kind == LATE, delay, 0),
        header_delay=np.where(kind == HEADER_LATE, 1 + lot % 2, 0),
        start=np.where(start > 0, clock.move(start), 0),
        end=clock.move(end),
    )


def is_chosen(settings: Settings, name: str, count: int, times: int) -> Flags:
    """Choose rows of a stream: `times` the share of dirt, or most of them."""
    share = min(times * settings.dirt, MOST_PER_UNIT)
    chosen: Flags = stream(settings.seed, f"days/{name}").integers(
        0, UNIT, count
    ) < round(share * UNIT)
    return chosen


def draw_edges(
    settings: Settings, clock: Clock, name: str, count: int
) -> tuple[Ints, Ints]:
    """Draw the deliveries on which rows go wrong and are put right again."""
    rng = stream(settings.seed, f"days/{name}/edges")
    start = rng.integers(2, clock.last + 1, count)
    end = start + rng.integers(1, LONGEST_WAIT, count)
    is_in_time = end <= clock.last
    start, end = np.where(is_in_time, start, 0), np.where(is_in_time, end, 0)
    return (
        np.where(is_in_time, clock.move(start), 0),
        np.where(is_in_time, clock.move(end), 0),
    )

"""The days of a shop: which delivery brings what happened at a second."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from clustr.console import ClustrError
from generator.days import DAY_SECONDS
from generator.settings import Settings
from generator.streams import Ints
from generator.world import World

# The window's last third comes day by day, the rest with the first delivery.
LIVE_PART = 3
LONGEST_DELAY = 40
LARGEST_LIVE_SHARE = 0.5
# Among dirty days, counted from the first live one in rounds of ten.
ROUND, SHORTEST_DIRTY_ROUND = 10, 10
CORRECTIONS_ALONE, NOTHING, ALL_AGAIN, COMPLETE = 1, 3, 5, 7

Days16 = npt.NDArray[np.int16]
Numbers = npt.NDArray[np.integer[Any]]


def last_day(window: int) -> int:
    """Return the last day that a window of so many calendar days has."""
    return 1 + max(window // LIVE_PART, 1)


@dataclass(frozen=True)
class Clock:
    """Deliveries are numbered 1 (the opening one) to `last`.

    `ends` holds the last epoch second of each, beginning `LONGEST_DELAY` deliveries
    before the opening one, as if there had been some. `moves` and `openings` say, per
    number, on which delivery changed and new rows of that one really come: not on
    days on which the shop sends nothing, or corrections alone.
    """

    last: int
    ends: Ints
    moves: Ints
    openings: Ints

    def number(self, seconds: Ints) -> Days16:
        """Delivery due at each second; below 1 for what the opening one brings."""
        place = np.searchsorted(self.ends, seconds, side="left")
        number = np.minimum(place + 1 - LONGEST_DELAY, self.last)
        found: Days16 = number.astype(np.int16)
        return found

    def opening(self, number: Numbers) -> Days16:
        """Delivery on which new rows due at these numbers come."""
        found: Days16 = self.openings[np.clip(number, 1, self.last)].astype(np.int16)
        return found

    def move(self, number: Numbers) -> Ints:
        """Delivery on which changes due at these numbers come."""
        return self.moves[np.clip(number, 1, self.last)]

    def end(self, number: npt.NDArray[np.integer]) -> Ints:
        """Last epoch second of the deliveries."""
        found: Ints = self.ends[number + LONGEST_DELAY - 1]
        return found


def build_clock(world: World, share: float | None) -> Clock:
    """Lay out the deliveries, one a calendar day or each with a share of the sales."""
    settings, days = world.settings, world.days
    last = last_day(settings.days)
    numbers = np.arange(1 - LONGEST_DELAY, last + 1)
    if share is None:
        ends = days.first_second + (days.count - last + numbers) * DAY_SECONDS - 1
    else:
        seconds = np.sort(np.concatenate(_moments(world)))
        back = np.rint(share * len(seconds) * (last - numbers)).astype(np.int64)
        ends = seconds[np.maximum(len(seconds) - 1 - back, 0)]
        ends[-1] = days.last_second
    every = np.arange(last + 1)
    moves, openings = every.copy(), every.copy()
    # From the end, so that a day put off finds where the next one has gone.
    for number in range(last - 1, 1, -1):
        if is_day(settings, number, NOTHING):
            moves[number], openings[number] = moves[number + 1], openings[number + 1]
        elif is_day(settings, number, CORRECTIONS_ALONE):
            openings[number] = openings[number + 1]
    return Clock(last, ends.astype(np.int64), moves, openings)


def check_share(settings: Settings, share: float | None) -> None:
    """See that the live days leave a history worth the name.

    Raises
    ------
    ClustrError
        If they do not; names the largest share they may have.
    """
    live = last_day(settings.days) - 1
    if share is not None and not 0 < share * live <= LARGEST_LIVE_SHARE:
        raise ClustrError(
            f"--day-share {share}: must be above 0 and, for the {live} live days of "
            f"--days {settings.days}, at most {LARGEST_LIVE_SHARE / live:.4g}"
        )


def is_day(settings: Settings, number: int, kind: int) -> bool:
    """Whether a delivery is of one of the special kinds, which only dirt brings."""
    last = last_day(settings.days)
    if not settings.dirt or last <= SHORTEST_DIRTY_ROUND or not 2 <= number < last:
        return False
    return (number - 2) % ROUND == kind


def till_seconds(transactions: pd.DataFrame) -> Ints:
    """Seconds at which receipts were printed: spread over their day, in order."""
    day = transactions["day"].to_numpy()
    if not len(day):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], day[1:] != day[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(day)]]))
    turn = np.arange(len(day)) - np.repeat(starts, sizes)
    seconds: Ints = day * DAY_SECONDS + turn * DAY_SECONDS // np.repeat(sizes, sizes)
    return seconds


def _moments(world: World) -> list[Ints]:
    """Seconds of all orders, or of all showings in a shop without orders."""
    clean, moments = world.clean, []
    if "orders" in clean:
        moments.append(clean["orders"]["ts"].to_numpy())
    if "transactions" in clean:
        moments.append(till_seconds(clean["transactions"]))
    return moments or [clean["bandit_transactions"]["ts"].to_numpy()]

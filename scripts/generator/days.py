"""The shop's calendar: rhythm of the week and the year, and its promotions."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from generator.streams import Flags, Ints, draw

DAY_SECONDS = 86_400
EPOCH = date(1970, 1, 1)

# First day, last day and name; every year anew.
PROMOTIONS = (
    ("01-02", "01-15", "winter sale"),
    ("05-20", "05-31", "spring days"),
    ("07-01", "07-14", "summer sale"),
    ("11-24", "12-01", "black week"),
)

# Monday to Sunday, and January to December; 100 is an ordinary day.
WEB_WEEK = (105, 98, 95, 96, 94, 92, 120)
TILL_WEEK = (88, 85, 92, 100, 130, 165, 40)
YEAR = (92, 88, 95, 98, 102, 97, 93, 90, 99, 106, 122, 148)
PROMOTION_LIFT = 160

WEB_HOURS = (6, 3, 2, 1, 1, 2, 6, 14, 22, 28, 30, 32)
WEB_EVENING = (38, 34, 28, 28, 30, 36, 46, 56, 62, 58, 38, 18)


@dataclass(frozen=True)
class Days:
    """The window of days: numbers count from its first day, 0."""

    first: int
    count: int
    web_weight: Ints
    till_weight: Ints
    is_promotion: Flags

    @property
    def first_second(self) -> int:
        """Epoch second at which the window opens."""
        return self.first * DAY_SECONDS

    @property
    def last_second(self) -> int:
        """Last epoch second inside the window."""
        return (self.first + self.count) * DAY_SECONDS - 1


def build_days(start: date, count: int) -> Days:
    """Weigh every day of the window by weekday, month and promotion."""
    first = (start - EPOCH).days
    numbers = np.arange(first, first + count, dtype=np.int64)
    dates = numbers.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    month = months.astype(np.int64) % 12
    month_day = (month + 1) * 100 + (dates - months).astype(np.int64) + 1
    is_promotion = np.zeros(count, dtype=np.bool_)
    for low, high, _ in PROMOTIONS:
        bounds = int(low.replace("-", "")), int(high.replace("-", ""))
        is_promotion |= (month_day >= bounds[0]) & (month_day <= bounds[1])
    # 1 January 1970 was a Thursday, the fourth day of the week.
    weekday = (numbers + 3) % 7
    # An ordinary day weighs 1000: small enough that millions of customers times
    # thousands of days still fit a 64-bit sum.
    season = np.array(YEAR)[month] * np.where(is_promotion, PROMOTION_LIFT, 100)
    return Days(
        first=first,
        count=count,
        web_weight=np.array(WEB_WEEK)[weekday] * season // 1_000,
        till_weight=np.array(TILL_WEEK)[weekday] * season // 1_000,
        is_promotion=is_promotion,
    )


def draw_seconds(rng: np.random.Generator, count: int) -> Ints:
    """Draw seconds of the day at which people sit at a screen."""
    hours = draw(rng, (*WEB_HOURS, *WEB_EVENING), count)
    return hours * 3_600 + rng.integers(0, 3_600, count)

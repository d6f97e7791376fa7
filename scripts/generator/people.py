"""Customers: who they are, how often they buy, when they come and when they leave."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.days import DAY_SECONDS, Days
from generator.pools import Pools, slug, text_column
from generator.settings import Settings
from generator.streams import Flags, Ints, chance, draw, stream

GENDERS = ("F", "M", "X")
INCOME_LEVELS = ("LOW", "MEDIUM", "HIGH")
PREFERENCES = ("ONLINE", "IN_STORE", "BOTH")
SEGMENTS = ("BUDGET", "STANDARD", "PREMIUM")

WEB_APPETITE, TILL_APPETITE = np.array([16, 3, 10]), np.array([3, 16, 10])
STANDARD_RATE, PREMIUM_RATE = 350, 1_500
NEVER_BUYS, COMES_LATER, CHANGES_PROFILE = 120, 300, 150
NO_PHONE, NO_GENDER = 50, 30
YOUNGEST, OLDEST = 18, 85


@dataclass(frozen=True)
class People:
    """The customers table and, row by row, what makes each of them buy.

    Days count from the first day of the window; `last_day` is the last day on which
    the customer may buy.
    """

    frame: pd.DataFrame
    web_rate: Ints
    till_rate: Ints
    first_day: Ints
    last_day: Ints
    is_dropped_out: Flags


def build_people(settings: Settings, days: Days, pools: Pools) -> People:
    """Make the customers."""
    seed, count = settings.seed, settings.customers
    rate = _rates(seed, count)
    first_day, last_day, is_dropped_out = _stays(seed, count, days)
    # One faithful customer, so that somebody can always buy.
    regular = int(np.argmax(rate))
    rate[regular] = max(rate[regular], 1)
    first_day[regular], last_day[regular] = 0, days.count - 1
    is_dropped_out[regular] = False
    is_dropped_out &= rate > 0
    last_day = np.where(is_dropped_out, last_day, days.count - 1)
    preference = draw(stream(seed, "customers/preference"), (40, 30, 30), count)
    frame = _names(seed, count, pools).assign(
        preference=preference.astype(np.int8),
        segment=(
            (rate >= STANDARD_RATE).astype(np.int8)
            + (rate >= PREMIUM_RATE).astype(np.int8)
        ),
        updated=_updates(seed, days, first_day),
        **_ages(seed, count, days),
    )
    return People(
        frame=frame,
        web_rate=rate * WEB_APPETITE[preference],
        till_rate=rate * TILL_APPETITE[preference],
        first_day=first_day,
        last_day=last_day,
        is_dropped_out=is_dropped_out,
    )


def draw_visits(
    rng: np.random.Generator,
    people: People,
    rate: Ints,
    day_weight: Ints,
    count: int,
) -> tuple[Ints, Ints]:
    """Draw who buys on which day, given how many purchases there are in all.

    Each customer buys at their own Poisson rate times the weight of the day, while
    they are there; given the total, that is a draw by mass.

    Parameters
    ----------
    rng, people
        Stream and customers.
    rate
        Purchase rate per customer.
    day_weight
        Weight per day; days past its end are not drawn.
    count
        Number of purchases.

    Returns
    -------
    tuple of Ints
        Customer positions and day numbers, both of length `count`.
    """
    edges = np.concatenate([[0], np.cumsum(day_weight)])
    low = edges[np.minimum(people.first_day, len(day_weight))]
    width = edges[np.minimum(people.last_day + 1, len(day_weight))] - low
    customer = draw(rng, rate * np.maximum(width, 0), count)
    ticket = low[customer] + rng.integers(0, width[customer])
    day = np.searchsorted(edges, ticket, side="right") - 1
    return customer, day.astype(np.int64)


def _rates(seed: int, count: int) -> Ints:
    rate = 1_000 * stream(seed, "customers/rate").gamma(0.9, 1.0, count)
    never = chance(stream(seed, "customers/never"), NEVER_BUYS, count)
    return np.where(never, 0, rate.astype(np.int64) + 1)


def _stays(seed: int, count: int, days: Days) -> tuple[Ints, Ints, Flags]:
    comes_later = chance(stream(seed, "customers/later"), COMES_LATER, count)
    arrival = stream(seed, "customers/arrival").integers(0, days.count, count)
    first_day = np.where(comes_later, arrival, 0)
    patience = stream(seed, "customers/patience").exponential(2.0 * days.count, count)
    hazard = stream(seed, "customers/hazard").gamma(2.0, 0.5, count)
    stay = np.minimum(patience / np.maximum(hazard, 1e-3), 1e6).astype(np.int64)
    last_day = np.minimum(first_day + stay, days.count - 1)
    return first_day, last_day, first_day + stay < days.count - 1


def _updates(seed: int, days: Days, first_day: Ints) -> Ints:
    count = len(first_day)
    registered = days.first_second + first_day * DAY_SECONDS
    room = days.last_second - registered
    later = stream(seed, "customers/update").integers(0, DAY_SECONDS * 3_650, count)
    changes = chance(stream(seed, "customers/changes"), CHANGES_PROFILE, count)
    return registered + np.where(changes, later % (room + 1), 0)


def _names(seed: int, count: int, pools: Pools) -> pd.DataFrame:
    gender = draw(stream(seed, "customers/gender"), (50, 48, 2), count)
    women, everyone = pools.women, len(pools.first_names)
    low = np.where(gender == GENDERS.index("M"), women, 0)
    high = np.where(gender == GENDERS.index("F"), women, everyone)
    first = stream(seed, "customers/first").integers(low, high)
    last = stream(seed, "customers/last").integers(0, len(pools.last_names), count)
    weights = [1_000_000 // (rank + 3) for rank in range(len(pools.places))]
    place = draw(stream(seed, "customers/place"), weights, count)
    phone = stream(seed, "customers/phone").integers(2_000_000, 10_000_000, count)
    silent = chance(stream(seed, "customers/silent"), NO_PHONE, count)
    unsaid = chance(stream(seed, "customers/unsaid"), NO_GENDER, count)
    income = draw(stream(seed, "customers/income"), (35, 45, 20), count)
    cities, states, countries = (list(part) for part in zip(*pools.places, strict=True))
    return pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "first_name": text_column(pools.first_names, first),
            "last_name": text_column(pools.last_names, last),
            "first_slug": text_column([slug(n) for n in pools.first_names], first),
            "last_slug": text_column([slug(n) for n in pools.last_names], last),
            "gender": np.where(unsaid, -1, gender).astype(np.int8),
            "phone": np.where(silent, -1, phone),
            "city": text_column(cities, place),
            "state": text_column(states, place),
            "country": text_column(countries, place),
            "income": income.astype(np.int8),
        }
    )


def _ages(seed: int, count: int, days: Days) -> dict[str, Ints]:
    start = np.datetime64(days.first, "D")
    year = int(start.astype("datetime64[Y]").astype(np.int64))
    years = stream(seed, "customers/age").integers(YOUNGEST, OLDEST, count)
    # Day 0 to 364 after the birthday that makes them that old by the first day.
    past = stream(seed, "customers/birthday").integers(0, 365, count)
    month_day = (start - start.astype("datetime64[Y]").astype("datetime64[D]")).astype(
        np.int64
    )
    new_year = (year - years).astype("datetime64[Y]").astype("datetime64[D]")
    birth = new_year.astype(np.int64) + month_day - past
    return {"birth": birth, "age": _full_years(birth, days.first)}


def _full_years(birth: Ints, today: int) -> Ints:
    """Age in completed years on a day, both as days since 1970."""
    born, now = birth.astype("datetime64[D]"), np.datetime64(today, "D")
    months = born.astype("datetime64[M]").astype(np.int64)
    now_month = int(now.astype("datetime64[M]").astype(np.int64))
    day = (born - born.astype("datetime64[M]")).astype(np.int64)
    now_day = int((now - now.astype("datetime64[M]")).astype(np.int64))
    years: Ints = (now_month - months - (now_day < day)) // 12
    return years

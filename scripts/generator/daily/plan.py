"""The plan of a shop's deliveries: every version of every row, and when it comes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from clustr.console import ClustrError
from generator.daily.clock import (
    ALL_AGAIN,
    Clock,
    build_clock,
    check_share,
    is_day,
    last_day,
)
from generator.daily.extras import Extra, add_extras, batches_on
from generator.daily.farewells import say_farewells, whole_feeds
from generator.daily.masters import (
    customer_versions,
    deals_versions,
    product_versions,
)
from generator.daily.mess import UNIT, Fates
from generator.daily.till import till_versions
from generator.daily.versions import Versions
from generator.daily.web import web_versions
from generator.layouts import Batch
from generator.settings import Settings
from generator.streams import Ints, some, stream
from generator.world import World, build_world

NEW, LATE, REPEATED, CORRECTED, DIRTY, DELETED = (
    "new",
    "late",
    "repeated",
    "corrected",
    "dirty",
    "deleted",
)
KINDS = (NEW, LATE, REPEATED, CORRECTED, DIRTY, DELETED)
# Repeats for each dirty row: of the delivery's own rows and of earlier ones.
TWICE, AGAIN = 0.5, 3.0


@dataclass(frozen=True)
class Plan:
    """Every version of the shop's rows by feed, the added dirt, and the deliveries."""

    settings: Settings
    world: World
    clock: Clock
    feeds: Mapping[str, Versions]
    extras: list[Extra]


@dataclass(frozen=True)
class FeedDay:
    """What a delivery brings of one feed: batches to write, and rows by kind."""

    batches: list[Batch]
    counts: Counter[str]

    @cached_property
    def rows(self) -> int:
        """Rows of the file."""
        return sum(len(batch.frame) for batch in self.batches)


def make_plan(settings: Settings, day: int, share: float | None) -> Plan:
    """Make the shop and lay out its deliveries.

    Raises
    ------
    ClustrError
        If there is no such day, or the live days would hold too much.
    """
    last = last_day(settings.days)
    if not 1 <= day <= last:
        raise ClustrError(
            f"--day {day}: must be from 1 to {last}, the last day of --days "
            f"{settings.days}"
        )
    check_share(settings, share)
    world = build_world(settings)
    clock = build_clock(world, share)
    feeds: dict[str, Versions] = {}
    fates: dict[str, Fates] = {}
    if "orders" in settings.files:
        found, fates["orders"] = web_versions(settings, clock, world)
        feeds |= found
    if "transactions" in settings.files:
        found, fates["transactions"] = till_versions(settings, clock, world)
        feeds |= found
    feeds["customers"] = customer_versions(settings, clock, world, feeds)
    if "products" in settings.files:
        feeds["products"] = product_versions(settings, clock, world)
    if "users" in settings.files:
        feeds |= deals_versions(clock, world, feeds["customers"])
    say_farewells(settings, clock, feeds, fates)
    extras = add_extras(settings, clock, world, feeds)
    return Plan(settings, world, clock, feeds, extras)


def feed_on(plan: Plan, feed: str, day: int) -> FeedDay:
    """Gather what a delivery brings of a feed."""
    versions, settings = plan.feeds[feed], plan.settings
    rows = versions.rows_on(day)
    batches, counts = _as_delivered(versions, rows, day)
    extras = list(batches_on(plan.extras, feed, day))
    batches += extras
    for batch in extras:
        counts[LATE if batch.kind == "late" else DIRTY] += len(batch.frame)
    if feed in whole_feeds(settings, day):
        again = np.setdiff1d(versions.rows_by(day), rows, assume_unique=True)
        batches += _earlier_extras(plan, feed, 1, day)
        counts[DELETED] += int((versions.gone_on == day).sum())
    else:
        again = _again(plan, versions, rows, day)
        if is_day(settings, day, ALL_AGAIN):
            batches += _earlier_extras(plan, feed, day - 1, day)
    batches += _as_delivered(versions, again, day)[0]
    twice = _some_of(plan, rows, len(rows), TWICE, f"{day}/twice/{feed}")
    batches += _as_delivered(versions, twice, day)[0]
    filled = [batch for batch in batches[1:] if len(batch.frame)]
    found = FeedDay([batches[0], *filled], counts)
    counts[REPEATED] = found.rows - sum(counts.values()) + counts[DELETED]
    return found


def _as_delivered(
    versions: Versions, rows: Ints, day: int
) -> tuple[list[Batch], Counter[str]]:
    """Batches of rows as they are on a day, the clean ones first, and their kinds."""
    frame = versions.as_of(rows, day)
    is_clean, batches = np.ones(len(rows), dtype=np.bool_), []
    for dirt, at in versions.dirt_in(rows, day):
        is_clean[at] = False
        batches.append(Batch(versions.feed, _pick(frame, at), dirt.overrides))
    if batches:
        frame = _pick(frame, np.flatnonzero(is_clean))
    first, due = versions.first[rows], np.maximum(versions.due[rows], 1)
    is_first = (first == day) & is_clean
    late = int((is_first & (first > due)).sum())
    counts = Counter(dict.fromkeys(KINDS, 0))
    counts[DIRTY], counts[LATE] = int((~is_clean).sum()), late
    counts[NEW] = int(is_first.sum()) - late
    counts[CORRECTED] = int((is_clean & ~is_first).sum())
    return [Batch(versions.feed, frame), *batches], counts


def _pick(frame: pd.DataFrame, at: Ints) -> pd.DataFrame:
    return frame.iloc[at].reset_index(drop=True)


def _again(plan: Plan, versions: Versions, rows: Ints, day: int) -> Ints:
    """Rows of earlier deliveries that come again as they are."""
    settings = plan.settings
    if day == 1 or not settings.dirt:
        return np.zeros(0, dtype=np.int64)
    if is_day(settings, day, ALL_AGAIN):
        earlier = np.intersect1d(versions.rows_on(day - 1), versions.rows_by(day))
        return np.setdiff1d(earlier, rows, assume_unique=True)
    if plan.clock.moves[day] != day:
        return np.zeros(0, dtype=np.int64)
    earlier = np.setdiff1d(versions.rows_by(day), rows, assume_unique=True)
    name = f"{day}/again/{versions.feed}"
    return _some_of(plan, earlier, len(rows), AGAIN, name)


def _earlier_extras(plan: Plan, feed: str, since: int, day: int) -> list[Batch]:
    """Dirt added since a day and before another, but for what was old even then."""
    return [
        extra.between(since, day)
        for extra in plan.extras
        if extra.batch.feed == feed and extra.batch.kind != "corrected"
    ]


def _some_of(
    plan: Plan, rows: Ints, delivered: int, per_dirty_row: float, name: str
) -> Ints:
    """Choose rows to come again, so many for each dirty one among those delivered."""
    if not plan.settings.dirt:
        return rows[:0]
    rng = stream(plan.settings.seed, f"days/{name}")
    wanted = round(delivered * plan.settings.dirt * per_dirty_row * UNIT)
    # A fraction of a row is a row on some of the days.
    count = (wanted + int(rng.integers(0, UNIT))) // UNIT
    return np.sort(some(rng, rows, count))

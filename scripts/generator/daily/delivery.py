"""What day N of a shop consists of: its feeds' rows, and the truth as of that day."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustr.feeds import Feed
from generator.daily.farewells import whole_feeds
from generator.daily.plan import KINDS, FeedDay, Plan, feed_on
from generator.days import DAY_SECONDS
from generator.delivery import KEPT_KINDS, bundle_rows, truth_path
from generator.layouts import Batch
from generator.totals import true_totals
from generator.writer import Table, feed_table, frame_table, label_table, text_table


@dataclass(frozen=True)
class DayDelivery:
    """The tables of one day, and what the manifest says of it."""

    tables: Iterator[Table]
    head: dict[str, object]


def deliver_day(
    plan: Plan,
    day: int,
    feeds: Mapping[str, Feed],
    truth: Mapping[str, tuple[str, ...]],
) -> DayDelivery:
    """Make one day's delivery, table by table, in the order in which it is written.

    A later day leaves out a feed without rows, unless the whole day has none: then
    every file is there with its header alone.
    """
    brought = {feed: feed_on(plan, feed, day) for feed in plan.settings.files}
    counts = sum((found.counts for found in brought.values()), Counter[str]())
    if day > 1 and any(found.rows for found in brought.values()):
        brought = {feed: found for feed, found in brought.items() if found.rows}
    numbers = {"number": day, "last": plan.clock.last}
    rows = {kind: counts[kind] for kind in KINDS}
    head: dict[str, object] = {
        "day": {**numbers, "rows": rows},
        "complete": list(whole_feeds(plan.settings, day)),
    }
    return DayDelivery(_tables(plan, day, brought, feeds, truth), head)


def _tables(
    plan: Plan,
    day: int,
    brought: Mapping[str, FeedDay],
    feeds: Mapping[str, Feed],
    truth: Mapping[str, tuple[str, ...]],
) -> Iterator[Table]:
    settings = plan.settings
    for name, found in brought.items():
        yield feed_table(
            name, feeds[name].columns, found.batches, settings.format, settings.seed
        )
    keys = {name: feed.key for name, feed in feeds.items()}
    labels = list(_labelled(plan, day))
    yield label_table(truth_path("truth_dirt"), labels, keys)
    bundles, totals = bundle_rows(plan.world), true_totals(usable_tables(plan, day))
    columns = truth["truth_bundles"]
    yield text_table(truth_path("truth_bundles"), columns, bundles)
    yield text_table(truth_path("truth_totals"), truth["truth_totals"], totals)
    customers = _customers(plan, day)
    yield frame_table(truth_path("truth_customers"), "truth_customers", customers)
    arms = truth_path("truth_arms")
    if "bandits" in plan.world.clean:
        yield frame_table(arms, "truth_arms", plan.world.clean["bandits"])
    else:
        yield text_table(arms, truth["truth_arms"], [])


def usable_tables(plan: Plan, day: int) -> dict[str, list[pd.DataFrame]]:
    """Per feed, the newest usable version of all that was delivered by a day."""
    tables = {
        feed: [versions.usable_by(day)]
        for feed, versions in plan.feeds.items()
        if feed in plan.settings.files
    }
    for extra in plan.extras:
        if extra.batch.kind in KEPT_KINDS:
            tables[extra.batch.feed].append(extra.by(day).frame)
    return tables


def _labelled(plan: Plan, day: int) -> Iterator[Batch]:
    """Every dirty row delivered by a day, in batches that carry its label."""
    for feed, versions in plan.feeds.items():
        for dirt, rows in versions.dirty_by(day):
            frame = versions.frame.iloc[rows].reset_index(drop=True)
            yield Batch(feed, frame, {}, "malformed", dirt.rule, dirt.detail)
    for extra in plan.extras:
        batch = extra.by(day)
        if len(batch.frame):
            yield batch


def _customers(plan: Plan, day: int) -> pd.DataFrame:
    """Customers who have come by a day, and who of them had stopped buying by then."""
    people, days = plan.world.people, plan.world.days
    rows = np.flatnonzero(plan.feeds["customers"].first <= day)
    horizon = int(plan.clock.end(np.array([day]))[0])
    last_second = days.first_second + (people.last_day + 1) * DAY_SECONDS - 1
    is_gone = people.is_dropped_out & (last_second < horizon)
    return people.frame.loc[rows, ["number"]].assign(
        is_dropped_out=is_gone[rows], last_day=people.last_day[rows] + days.first
    )

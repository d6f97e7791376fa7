"""Deletions: days on which a feed comes whole again, without a few of its rows."""

from collections.abc import Mapping

import numpy as np

from generator.daily.clock import COMPLETE, ROUND, Clock, Days16, is_day
from generator.daily.mess import FINE, Fates
from generator.daily.versions import Versions
from generator.settings import Settings
from generator.streams import Flags, Ints, some, stream

# Feeds that come whole together, one set after the other.
TURNS = (
    ("refunds",),
    ("orders", "order_lines", "payments"),
    ("transactions", "sales"),
    ("customers",),
)
DELETED = 2


def whole_feeds(settings: Settings, day: int) -> tuple[str, ...]:
    """Feeds whose file holds every row on a day; mostly none."""
    turns = [turn for turn in TURNS if set(turn) <= set(settings.files)]
    if not is_day(settings, day, COMPLETE):
        return ()
    return turns[day // ROUND % len(turns)]


def say_farewells(
    settings: Settings,
    clock: Clock,
    feeds: Mapping[str, Versions],
    fates: Mapping[str, Fates],
) -> None:
    """Choose what is deleted on each such day: rows that have come to rest."""
    for day in range(2, clock.last + 1):
        whole = whole_feeds(settings, day)
        if not whole:
            continue
        head = feeds[whole[0]]
        is_candidate = (head.settled() < day) & ~_is_gone(head)
        if head.feed in fates:
            is_candidate &= fates[head.feed].kind == FINE
        if head.feed == "orders":
            is_candidate &= ~_has_more_to_come(feeds, len(head.frame), day)
        rng = stream(settings.seed, f"days/{day}/deleted")
        rows = np.sort(some(rng, np.flatnonzero(is_candidate), DELETED))
        _delete(head, rows, day)
        for feed in whole[1:]:
            numbers = feeds[feed].frame[_header_of(feed)].to_numpy()
            _delete(feeds[feed], np.flatnonzero(np.isin(numbers - 1, rows)), day)


def _header_of(feed: str) -> str:
    return "transaction_number" if feed == "sales" else "order_number"


def _is_gone(versions: Versions) -> Flags:
    flags = np.zeros(len(versions.frame), dtype=np.bool_)
    flags[versions.gone] = True
    return flags


def _has_more_to_come(feeds: Mapping[str, Versions], orders: int, day: int) -> Flags:
    """Orders that were given money back for, or whose payments still change."""
    flags = np.zeros(orders, dtype=np.bool_)
    order: Ints = feeds["order_lines"].frame["order_number"].to_numpy() - 1
    line = feeds["refunds"].frame["line_number"].to_numpy() - 1
    flags[order[line]] = True
    settled: Days16 = feeds["payments"].settled()
    payments = feeds["payments"].frame["order_number"].to_numpy() - 1
    flags[payments[settled >= day]] = True
    return flags


def _delete(versions: Versions, rows: Ints, day: int) -> None:
    gone = np.concatenate([versions.gone, rows])
    gone_on = np.concatenate([versions.gone_on, np.full(len(rows), day)])
    ranking = np.argsort(gone, kind="stable")
    versions.gone, versions.gone_on = gone[ranking], gone_on[ranking]

"""Customers, products and the deals app day by day."""

import numpy as np

from generator.catalog import NEVER
from generator.daily.clock import Clock, Days16
from generator.daily.mess import (
    CHANGED_MASTERS,
    LATE_PEOPLE,
    draw_edges,
    is_chosen,
)
from generator.daily.versions import FOREVER, Spell, Versions, wrong_for_a_while
from generator.days import DAY_SECONDS
from generator.settings import Settings
from generator.streams import Ints, stream
from generator.world import World

ADDRESS = ("city", "state", "country")
DEARER = 1_000


def customer_versions(
    settings: Settings, clock: Clock, world: World, sales: dict[str, Versions]
) -> Versions:
    """Lay out when customers come, move house, and move back."""
    frame, days, count = world.people.frame, world.days, len(world.people.frame)
    registered = days.first_second + world.people.first_day * DAY_SECONDS
    due = clock.number(registered)
    first = clock.opening(due)
    # Some of the new ones come the day after their first order.
    bought = _first_purchases(count, sales)
    late = np.flatnonzero(
        is_chosen(settings, "customers/late", count, LATE_PEOPLE)
        & (due > 1)
        & (bought < clock.last)
    )
    first[late] = np.maximum(first[late], clock.opening(bought[late] + 1))
    versions = Versions("customers", frame, due, first)
    donor = stream(settings.seed, "days/customers/donor").integers(0, count, count)
    updated = frame["updated"].to_numpy()
    end = clock.move(clock.number(updated))
    moved = np.flatnonzero((updated > registered) & (end > first))
    before = {name: frame[name].array[donor[moved]] for name in ADDRESS}
    before["updated"] = registered[moved]
    versions.spells.append(
        Spell(moved, np.zeros(len(moved), dtype=np.int64), end[moved], before)
    )
    chosen = is_chosen(settings, "customers/changed", count, CHANGED_MASTERS)
    rows = np.flatnonzero(chosen)
    start, end = draw_edges(settings, clock, "customers", count)
    away = {name: frame[name].array[donor[rows][::-1]] for name in ADDRESS}
    versions.spells += wrong_for_a_while(
        versions, clock, rows, _after_first(versions, rows, start, end), away
    )
    return versions


def product_versions(settings: Settings, clock: Clock, world: World) -> Versions:
    """Lay out how prices change, and change back."""
    catalog, days = world.catalog, world.days
    assert catalog is not None
    frame, count = catalog.frame, len(catalog.frame)
    at_once = np.ones(count, dtype=np.int16)
    versions = Versions("products", frame, at_once, at_once)
    moments = [
        np.where(change < NEVER, days.first_second + change * DAY_SECONDS, 0)
        for change in catalog.changes
    ]
    start, seconds = np.zeros(count, dtype=np.int64), np.full(count, days.first_second)
    for price, moment in zip(catalog.prices, moments, strict=False):
        end = np.where(moment > 0, clock.move(clock.number(moment)), 0)
        rows = np.flatnonzero(end > np.maximum(start, 1))
        before = {"price": price[rows], "updated": seconds[rows]}
        versions.spells.append(Spell(rows, start[rows], end[rows], before))
        start, seconds = np.maximum(start, end), np.maximum(seconds, moment)
    rows = np.flatnonzero(
        is_chosen(settings, "products/changed", count, CHANGED_MASTERS)
    )
    edges = draw_edges(settings, clock, "products", count)
    dearer = {"price": frame["price"].to_numpy()[rows] + DEARER}
    versions.spells += wrong_for_a_while(
        versions, clock, rows, (edges[0][rows], edges[1][rows]), dearer
    )
    return versions


def deals_versions(
    clock: Clock, world: World, customers: Versions
) -> dict[str, Versions]:
    """Lay out when users sign up, deals are shown, and how the arms' counters grow."""
    users, projects = world.clean["users"], world.clean["projects"]
    showings, arms = world.clean["bandit_transactions"], world.clean["bandits"]
    due = customers.due[users["number"].to_numpy() - 1]
    shown = clock.number(showings["ts"].to_numpy())
    first = clock.opening(shown)
    at_once = np.ones(len(projects), dtype=np.int16)
    since_one = np.ones(len(arms), dtype=np.int16)
    # Position of an arm in its table, from its project and its letter.
    code = arms["project"].to_numpy() * 100 + arms["arm"].to_numpy()
    arm = np.searchsorted(
        code, showings["project"].to_numpy() * 100 + showings["arm"].to_numpy()
    )
    clicked = showings["clicked"].to_numpy()
    found = (
        Versions("users", users, due, clock.opening(due)),
        Versions("projects", projects, at_once, at_once),
        Versions(
            "bandits",
            arms,
            since_one,
            since_one,
            _counters(clock, first, arm, clicked, len(arms)),
        ),
        Versions("bandit_transactions", showings, shown, first),
    )
    return {versions.feed: versions for versions in found}


def _counters(
    clock: Clock, first: Days16, arm: Ints, clicked: Ints, arms: int
) -> list[Spell]:
    """What the arms' counters stood at, one spell per day on which some grew."""
    cell = (first.astype(np.int64) - 1) * arms + arm
    shape = (clock.last, arms)
    shown = np.bincount(cell, minlength=clock.last * arms).reshape(shape).cumsum(axis=0)
    wins = np.bincount(cell, clicked, clock.last * arms).astype(np.int64)
    wins = wins.reshape(shape).cumsum(axis=0)
    spells, since = [], np.zeros(arms, dtype=np.int64)
    for day in range(2, clock.last + 1):
        before = shown[day - 2]
        rows = np.flatnonzero(shown[day - 1] > before)
        counted = {"shown": before[rows], "wins": wins[day - 2][rows]}
        end = np.full(len(rows), day)
        spells.append(Spell(rows, since[rows], end, counted))
        since[rows] = day
    return spells


def _first_purchases(count: int, sales: dict[str, Versions]) -> Ints:
    """Delivery of each customer's first order; later than any for who has none."""
    first = np.full(count + 1, FOREVER, dtype=np.int64)
    for feed in ("orders", "transactions"):
        if feed in sales:
            buyer = sales[feed].frame["customer"].to_numpy()
            np.minimum.at(first, buyer, sales[feed].first)
    return first[1:]


def _after_first(
    versions: Versions, rows: Ints, start: Ints, end: Ints
) -> tuple[Ints, Ints]:
    """Edges of the rows that have come by the first of them; 0 and 0 for others."""
    is_there = start[rows] > versions.first[rows]
    return np.where(is_there, start[rows], 0), np.where(is_there, end[rows], 0)

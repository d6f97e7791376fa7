"""Versions of the rows of a feed: when each comes, and what it looks like until when.

The frame holds every row as it ends. What is different before that is a spell: rows
that hold other values, or dirt, from one delivery until before another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from generator.daily.clock import Clock, Days16
from generator.streams import Ints

FOREVER = 32_000


@dataclass(frozen=True)
class Dirt:
    """What makes rows unusable: SQL per column, and the rule that rejects it."""

    rule: str
    overrides: dict[str, str]
    detail: str


@dataclass(frozen=True)
class Spell:
    """Rows (ascending) that differ from delivery `start` until before `end`.

    They hold `columns` meanwhile, or at least those values where `is_floor`; with
    `dirt` they are unusable.
    """

    rows: Ints
    start: Ints
    end: Ints
    columns: Mapping[str, Any] = field(default_factory=dict)
    is_floor: bool = False
    dirt: Dirt | None = None

    def active(self, rows: Ints, day: int | Ints) -> tuple[Ints, Ints]:
        """Places in `rows`, and the spell's own, of what differs on a day.

        `rows` ascend; `day` is one for all or one per row.
        """
        if not len(rows) or not len(self.rows):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(rows, self.rows), len(rows) - 1)
        when = day if isinstance(day, int) else day[at]
        found = (rows[at] == self.rows) & (self.start <= when) & (when < self.end)
        own = np.flatnonzero(found)
        return at[own], own


@dataclass
class Versions:
    """All versions of the rows of one feed.

    `due` is the delivery that should bring a row, `first` the one that does; both
    have one entry per row of the frame. `gone` rows (ascending) are missing from the
    full redelivery of day `gone_on` and never come again.
    """

    feed: str
    frame: pd.DataFrame
    due: Days16
    first: Days16
    spells: list[Spell] = field(default_factory=list)
    gone: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    gone_on: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def changes(self) -> tuple[Ints, Ints]:
        """Rows and the later deliveries on which they come changed, in that order."""
        rows, days = [], []
        for spell in self.spells:
            first = self.first[spell.rows]
            is_seen = spell.end > np.maximum(spell.start, first)
            for edge in (spell.start, spell.end):
                kept = is_seen & (edge > first) & (edge < FOREVER)
                rows.append(spell.rows[kept])
                days.append(edge[kept])
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        keys = np.unique(
            np.concatenate(rows) * FOREVER + np.concatenate(days).astype(np.int64)
        )
        return keys // FOREVER, keys % FOREVER

    def rows_on(self, day: int) -> Ints:
        """Rows that a delivery brings, new or changed, ascending."""
        rows, days = self.changes()
        changed = rows[days == day]
        new = np.flatnonzero(self.first == day)
        return np.union1d(new, changed) if len(changed) else new

    def rows_by(self, day: int) -> Ints:
        """Rows delivered by a day and not gone, ascending."""
        rows = np.flatnonzero(self.first <= day)
        gone = self.gone[self.gone_on <= day]
        return np.setdiff1d(rows, gone, assume_unique=True) if len(gone) else rows

    def settled(self) -> Days16:
        """Delivery of each row's last version."""
        settled = self.first.copy()
        rows, days = self.changes()
        np.maximum.at(settled, rows, days.astype(np.int16))
        return settled

    def as_of(self, rows: Ints, day: int | Ints) -> pd.DataFrame:
        """What rows (ascending) hold on a day; dirt is not in the frame."""
        part = take(self.frame, rows)
        changed: dict[str, Any] = {}
        for spell in self.spells:
            at, own = spell.active(rows, day)
            if not len(at):
                continue
            for name, values in spell.columns.items():
                if name not in changed:
                    changed[name] = part[name].array.copy()
                new = values[own]
                if spell.is_floor:
                    new = np.maximum(new, np.asarray(changed[name][at]))
                changed[name][at] = new
        return part.assign(**changed)

    def usable_by(self, day: int) -> pd.DataFrame:
        """The newest usable version of each row delivered by a day."""
        rows = self.rows_by(day)
        dirty = [spell for spell in self.spells if spell.dirt]
        if not dirty:
            return self.as_of(rows, day)
        when = np.full(len(rows), day, dtype=np.int64)
        for spell in dirty:
            at, own = spell.active(rows, day)
            when[at] = spell.start[own] - 1
        usable = when >= self.first[rows]
        return self.as_of(rows[usable], when[usable])

    def dirt_in(self, rows: Ints, day: int) -> list[tuple[Dirt, Ints]]:
        """Places in `rows` that are dirty on a day, by what makes them so."""
        found = []
        for spell in self.spells:
            if spell.dirt:
                at, _ = spell.active(rows, day)
                found.append((spell.dirt, at))
        return [(dirt, at) for dirt, at in found if len(at)]

    def dirty_by(self, day: int) -> list[tuple[Dirt, Ints]]:
        """Rows of each dirty version delivered by a day; a row may be there twice."""
        changed, days = self.changes()
        found = []
        for spell in self.spells:
            if spell.dirt is None:
                continue
            theirs = np.isin(changed, spell.rows)
            rows = np.concatenate([spell.rows, changed[theirs]])
            when = np.concatenate([self.first[spell.rows], days[theirs]])
            own = np.searchsorted(spell.rows, rows)
            delivered = (spell.start[own] <= when) & (when < spell.end[own])
            found.append((spell.dirt, np.sort(rows[delivered & (when <= day)])))
        return [(dirt, rows) for dirt, rows in found if len(rows)]


def wrong_for_a_while(
    versions: Versions,
    clock: Clock,
    rows: Ints,
    edges: tuple[Ints, Ints],
    columns: Mapping[str, Any],
) -> list[Spell]:
    """Spells of rows that are wrong between two deliveries and then put right.

    Parameters
    ----------
    versions, clock
        The feed, its `first` settled, and the deliveries.
    rows
        The rows, ascending.
    edges
        Per row, the delivery from which it is wrong, 0 for ever since, and the one
        that puts it right. Rows that come later than that are right from the start.
    columns
        What the rows hold meanwhile, per row.

    Returns
    -------
    list of Spell
        The spell, and where the feed has one, its `updated` moving with each change.
    """
    start, end = edges
    seen = end > np.maximum(start, versions.first[rows])
    rows, start, end = rows[seen], start[seen], end[seen]
    values = {name: column[seen] for name, column in columns.items()}
    spells = [Spell(rows, start, end, values)]
    if "updated" not in versions.frame:
        return spells
    for edge in (start, end):
        later = edge > versions.first[rows]
        forever = np.full(int(later.sum()), FOREVER)
        seconds = {"updated": clock.end(edge[later])}
        spells.append(Spell(rows[later], edge[later], forever, seconds, is_floor=True))
    return spells


def take(frame: pd.DataFrame, rows: Ints) -> pd.DataFrame:
    """Rows of a frame, without a copy where they lie together."""
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows):
        return frame.iloc[int(rows[0]) : int(rows[-1]) + 1]
    return frame.iloc[rows]

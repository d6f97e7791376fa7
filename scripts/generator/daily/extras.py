"""Rows that only dirt brings, each with the delivery that it comes with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from generator.daily.clock import LONGEST_DELAY, Clock, Numbers, till_seconds
from generator.daily.versions import Versions
from generator.delivery import KEPT_KINDS
from generator.dirt import add_dirt
from generator.layouts import Batch
from generator.settings import Settings
from generator.streams import Flags, Ints, stream
from generator.world import World

HEADERS = ("orders", "transactions")
HEADER_NUMBERS = ("order_number", "transaction_number")


@dataclass(frozen=True)
class Extra:
    """A batch of dirt, and the delivery of each of its rows."""

    batch: Batch
    days: Ints

    def on(self, day: int) -> Batch:
        """Rows that come with a delivery."""
        return self._where(self.days == day)

    def by(self, day: int) -> Batch:
        """Rows delivered by a day."""
        return self._where(self.days <= day)

    def between(self, since: int, day: int) -> Batch:
        """Rows delivered since a day and before another."""
        return self._where((self.days >= since) & (self.days < day))

    def _where(self, chosen: Flags) -> Batch:
        frame = self.batch.frame[chosen].reset_index(drop=True)
        return replace(self.batch, frame=frame)


def add_extras(
    settings: Settings, clock: Clock, world: World, feeds: dict[str, Versions]
) -> list[Extra]:
    """Spread the dirt of the whole window over the deliveries.

    Repeats are left out: of rows that change, only a delivery knows what to repeat.
    """
    extras, header_days = [], np.zeros(0, dtype=np.int64)
    for batch in add_dirt(world):
        if batch.kind == "duplicated":
            continue
        kept = batch
        if batch.rule == "null_key":
            # Without its key a row is its content: the same again would be a repeat.
            others = batch.frame.columns.drop("number").tolist()
            kept = replace(batch, frame=batch.frame.drop_duplicates(others))
        if batch.kind == "corrected":
            rows = kept.frame["number"].to_numpy() - 1
            # With the version that makes it an old one.
            days = feeds[batch.feed].settled()[rows].astype(np.int64)
        elif batch.kind in KEPT_KINDS:
            if batch.feed in HEADERS:
                header_days = _order_days(settings, clock, kept)
                numbers = kept.frame["number"].to_numpy()
                first_number = int(numbers[0])
            column = next((c for c in HEADER_NUMBERS if c in kept.frame), "number")
            days = header_days[kept.frame[column].to_numpy() - first_number]
        else:
            days = _any_days(settings, clock, world, kept)
        extras.append(Extra(kept, days))
    return extras


def batches_on(extras: list[Extra], feed: str, day: int) -> Iterator[Batch]:
    """Batches of dirt that come with a delivery, those without rows left out."""
    for extra in extras:
        if extra.batch.feed == feed:
            batch = extra.on(day)
            if len(batch.frame):
                yield batch


def _order_days(settings: Settings, clock: Clock, batch: Batch) -> Ints:
    """Deliveries of added orders, which their lines and payments follow."""
    is_web = batch.feed == "orders"
    seconds = batch.frame["ts"].to_numpy() if is_web else till_seconds(batch.frame)
    due: Numbers = clock.number(seconds)
    if batch.kind == "late":
        rng = stream(settings.seed, f"days/{batch.feed}/added")
        # At least one delivery late, also those of the history.
        delay = rng.integers(1, LONGEST_DELAY + 1, len(due))
        due = np.maximum(due, 1 - LONGEST_DELAY // 2) + delay
    return clock.opening(due).astype(np.int64)


def _any_days(settings: Settings, clock: Clock, world: World, batch: Batch) -> Ints:
    """Deliveries of rows that belong to none, as many in each as its days are long."""
    numbers = batch.frame["number"].to_numpy()
    place = numbers - len(world.clean[batch.feed]) - 1
    days = world.days
    rng = stream(settings.seed, f"days/{batch.feed}/dirt")
    # By number, so that two rows with one key come together.
    lots = rng.integers(days.first_second, days.last_second, int(place.max()) + 1)
    return clock.opening(clock.number(lots[place])).astype(np.int64)

"""The till's rows day by day: receipts and their lines, and the calendar at once."""

import numpy as np

from generator.daily.clock import Clock, till_seconds
from generator.daily.mess import (
    CANCELLED_AGAIN,
    DIRTY,
    DIRTY_AGAIN,
    WRONG,
    WRONG_AGAIN,
    Fates,
    draw_fates,
)
from generator.daily.versions import Dirt, Spell, Versions, wrong_for_a_while
from generator.daily.web import LINE_DIRT
from generator.dirt_rows import AMOUNT
from generator.settings import Settings
from generator.world import World

RECEIPT_DIRT = Dirt(
    "unparsable_amount",
    {"transaction_amount": AMOUNT},
    f"transaction_amount {AMOUNT} for a while",
)


def till_versions(
    settings: Settings, clock: Clock, world: World
) -> tuple[dict[str, Versions], Fates]:
    """Lay out when each row of the till's feed comes, and how it changes."""
    receipts, sales = world.clean["transactions"], world.clean["sales"]
    due = clock.number(till_seconds(receipts))
    fates = draw_fates(settings, clock, "transactions", due)
    printed = Versions(
        "transactions",
        receipts,
        due,
        clock.opening(due + fates.delay + fates.header_delay),
    )
    receipt = sales["transaction_number"].to_numpy() - 1
    together = clock.opening(due + fates.delay)
    sold = Versions("sales", sales, due[receipt], together[receipt])
    _go_wrong(clock, fates, printed, sold)
    _get_dirty(fates, printed, sold)
    window = world.clean["timeframe"]
    at_once = np.ones(len(window), dtype=np.int16)
    calendar = Versions("timeframe", window, at_once, at_once)
    found = (calendar, printed, sold)
    return {versions.feed: versions for versions in found}, fates


def _go_wrong(clock: Clock, fates: Fates, printed: Versions, sold: Versions) -> None:
    """One piece too many in the first line and the receipt's amount."""
    receipt = np.flatnonzero(fates.of(WRONG, WRONG_AGAIN, CANCELLED_AGAIN))
    line = np.searchsorted(sold.frame["transaction_number"].to_numpy(), receipt + 1)
    # A return of one piece would become a line of none.
    is_sale = sold.frame["quantity"].to_numpy()[line] > 0
    receipt, line = receipt[is_sale], line[is_sale]
    quantity = sold.frame["quantity"].to_numpy()[line] + 1
    price = sold.frame["price"].to_numpy()[line]
    edges = fates.start[receipt], fates.end[receipt]
    more = {"quantity": quantity, "total": quantity * price}
    sold.spells += wrong_for_a_while(sold, clock, line, edges, more)
    amount = {"amount": printed.frame["amount"].to_numpy()[receipt] + price}
    printed.spells += wrong_for_a_while(printed, clock, receipt, edges, amount)


def _get_dirty(fates: Fates, printed: Versions, sold: Versions) -> None:
    """One row of each such receipt: the receipt itself, or its first line."""
    receipt = np.flatnonzero(fates.of(DIRTY, DIRTY_AGAIN))
    for turn, (versions, dirt) in enumerate(
        ((printed, RECEIPT_DIRT), (sold, LINE_DIRT))
    ):
        mine = rows = receipt[receipt % 2 == turn]
        if versions is sold:
            numbers = sold.frame["transaction_number"].to_numpy()
            rows = np.searchsorted(numbers, mine + 1)
        versions.spells.append(
            Spell(rows, fates.start[mine], fates.end[mine], dirt=dirt)
        )

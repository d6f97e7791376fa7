"""The web shop's rows day by day: orders make their way, and some go wrong."""

import numpy as np
import pandas as pd

from generator.daily.clock import Clock
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
from generator.dirt_rows import AMOUNT, QUANTITY
from generator.settings import Settings
from generator.streams import Ints
from generator.web import (
    BANK_TRANSFER,
    CANCELLED,
    DELIVERED,
    FAILED,
    PAID,
    PENDING,
    SHIPPED,
    SUCCESS,
    WAITING,
)
from generator.world import World

HEADER_DIRT = Dirt(
    "unparsable_amount", {"total_amount": AMOUNT}, f"total_amount {AMOUNT} for a while"
)
LINE_DIRT = Dirt(
    "unparsable_quantity", {"quantity": QUANTITY}, f"quantity {QUANTITY} for a while"
)
PAYMENT_DIRT = Dirt(
    "unparsable_amount",
    {"payment_amount": AMOUNT},
    f"payment_amount {AMOUNT} for a while",
)
# A delivered order was paid and shipped after these parts of its way, in ninetieths.
PAID_AT, SHIPPED_AT, WHOLE_WAY = 1, 27, 90


def web_versions(
    settings: Settings, clock: Clock, world: World
) -> tuple[dict[str, Versions], Fates]:
    """Lay out when each row of the web feed comes, and how it changes."""
    orders, lines = world.clean["orders"], world.clean["order_lines"]
    due = clock.number(orders["ts"].to_numpy())
    fates = draw_fates(settings, clock, "orders", due)
    placed = Versions(
        "orders",
        orders,
        due,
        clock.opening(due + fates.delay + fates.header_delay),
        _milestones(clock, orders),
    )
    order = lines["order_number"].to_numpy() - 1
    # Late with their orders, but not waiting for a header that is held up.
    together = clock.opening(due + fates.delay)
    bought = Versions("order_lines", lines, due[order], together[order])
    paid = _payments(clock, world, fates)
    given_back = _refunds(clock, world)
    _go_wrong(clock, fates, placed, bought, paid)
    _get_dirty(fates, {"orders": placed, "order_lines": bought, "payments": paid})
    found = (placed, bought, paid, given_back)
    return {versions.feed: versions for versions in found}, fates


def _milestones(clock: Clock, orders: pd.DataFrame) -> list[Spell]:
    """What an order was before it became what it ends as."""
    ts, ends = orders["ts"].to_numpy(), orders["updated"].to_numpy()
    status = orders["status"].to_numpy()
    rows = np.flatnonzero(status != PENDING)
    ts, ends, status = ts[rows], ends[rows], status[rows]
    way = ends - ts
    paid = np.where(status == DELIVERED, ts + way * PAID_AT // WHOLE_WAY, ends)
    paid = np.where(status == SHIPPED, ts + way * PAID_AT // SHIPPED_AT, paid)
    shipped = np.where(status == DELIVERED, ts + way * SHIPPED_AT // WHOLE_WAY, ends)
    steps = [(ts, PENDING), (paid, PAID), (shipped, SHIPPED)]
    edges = [clock.move(clock.number(seconds)) for seconds in (paid, shipped, ends)]
    spells, start = [], np.zeros(len(rows), dtype=np.int64)
    for (seconds, step), end in zip(steps, edges, strict=True):
        kept = end > np.maximum(start, 1)
        statuses = np.full(int(kept.sum()), step, dtype=np.int8)
        values = {"status": statuses, "updated": seconds[kept]}
        spells.append(Spell(rows[kept], start[kept], end[kept], values))
        start = end
    return spells


def _payments(clock: Clock, world: World, fates: Fates) -> Versions:
    orders, frame = world.clean["orders"], world.clean["payments"]
    order = frame["order_number"].to_numpy() - 1
    due = clock.number(frame["ts"].to_numpy())
    ordered = orders["ts"].to_numpy()[order]
    announced = clock.number(ordered)
    is_slow = (frame["method"] == BANK_TRANSFER) & (frame["status"] == SUCCESS)
    slow = np.flatnonzero(is_slow.to_numpy() & (announced < due))
    end = clock.move(due[slow])
    due[slow] = announced[slow]
    statuses = np.full(len(slow), WAITING, dtype=np.int8)
    waiting = {"status": statuses, "ts": ordered[slow]}
    spell = Spell(slow, np.zeros_like(end), end, waiting)
    first = clock.opening(due + fates.delay[order])
    return Versions("payments", frame, due, first, [spell])


def _refunds(clock: Clock, world: World) -> Versions:
    frame = world.clean["refunds"]
    due = clock.number(frame["ts"].to_numpy())
    return Versions("refunds", frame, due, clock.opening(due))


def _go_wrong(
    clock: Clock, fates: Fates, placed: Versions, bought: Versions, paid: Versions
) -> None:
    """One piece too many in the first line, the order's total and its payment."""
    order = np.flatnonzero(fates.of(WRONG, WRONG_AGAIN))
    line = np.searchsorted(bought.frame["order_number"].to_numpy(), order + 1)
    price = bought.frame["price"].to_numpy()[line]
    edges = fates.start[order], fates.end[order]
    quantity = {"quantity": bought.frame["quantity"].to_numpy()[line] + 1}
    bought.spells += wrong_for_a_while(bought, clock, line, edges, quantity)
    total = {"total": placed.frame["total"].to_numpy()[order] + price}
    placed.spells += wrong_for_a_while(placed, clock, order, edges, total)
    has_paid, payment = _last_payments(paid, order)
    edges = fates.start[order[has_paid]], fates.end[order[has_paid]]
    amount = {"amount": paid.frame["amount"].to_numpy()[payment] + price[has_paid]}
    paid.spells += wrong_for_a_while(paid, clock, payment, edges, amount)
    is_alive = placed.frame["status"].to_numpy() != CANCELLED
    order = np.flatnonzero(fates.of(CANCELLED_AGAIN) & is_alive)
    status = {"status": np.full(len(order), CANCELLED, dtype=np.int8)}
    edges = fates.start[order], fates.end[order]
    placed.spells += wrong_for_a_while(placed, clock, order, edges, status)


def _last_payments(paid: Versions, order: Ints) -> tuple[Ints, Ints]:
    """Orders (their places) whose last payment did not fail, and that payment's row."""
    numbers = paid.frame["order_number"].to_numpy()
    row = np.searchsorted(numbers, order + 1, side="right") - 1
    found = (row >= 0) & (numbers[row] == order + 1)
    found &= paid.frame["status"].to_numpy()[row] != FAILED
    return np.flatnonzero(found), row[found]


def _get_dirty(fates: Fates, parts: dict[str, Versions]) -> None:
    """One row of each such order, its header, a line or a payment in turn."""
    order = np.flatnonzero(fates.of(DIRTY, DIRTY_AGAIN))
    dirts = (HEADER_DIRT, LINE_DIRT, PAYMENT_DIRT)
    for turn, (versions, dirt) in enumerate(zip(parts.values(), dirts, strict=True)):
        mine = order[order % len(dirts) == turn]
        rows = mine
        if versions.feed != "orders":
            numbers = versions.frame["order_number"].to_numpy()
            rows = np.minimum(np.searchsorted(numbers, mine + 1), len(numbers) - 1)
            found = numbers[rows] == mine + 1
            mine, rows = mine[found], rows[found]
        versions.spells.append(
            Spell(rows, fates.start[mine], fates.end[mine], dirt=dirt)
        )

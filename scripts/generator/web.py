"""The web shop: orders, their lines, payments and refunds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.baskets import Baskets, draw_quantities, fill_baskets
from generator.catalog import Catalog
from generator.days import DAY_SECONDS, Days, draw_seconds
from generator.groups import Group
from generator.people import People, draw_visits
from generator.settings import MIN_DIRTY_ORDERS, Settings
from generator.streams import Flags, Ints, chance, draw, stream

STATUSES = ("PENDING", "PAID", "SHIPPED", "DELIVERED", "CANCELLED")
PENDING, PAID, SHIPPED, DELIVERED, CANCELLED = range(5)
WEB_CHANNELS = ("WEB", "MOBILE")
PAYMENT_STATUSES = ("SUCCESS", "FAILED", "PENDING")
SUCCESS, FAILED, WAITING = range(3)
PAYMENT_METHODS = ("CARD", "PAYPAL", "BANK_TRANSFER")
BANK_TRANSFER = 2
REASONS = (
    "Damaged in transit",
    "Wrong size, colour or model",
    'Not as described ("too small")',
    "Changed mind",
    "Arrived late",
)

GUESTS = 50
CANCELLED_SHARE, PENDING_SHARE = 60, 20
RETRIED_SHARE, SPLIT_SHARE, UNPAID_CANCELLED_SHARE = 70, 50, 400
REFUNDED_SHARE, GOODWILL_SHARE, LONGEST_RETURN = 45, 250, 21
PROMOTED_SHARE, COUPON_SHARE = 700, 40
SMALLEST_SPLIT = 200


@dataclass(frozen=True)
class Web:
    """The four tables of the feed, in cents and epoch seconds."""

    orders: pd.DataFrame
    order_lines: pd.DataFrame
    payments: pd.DataFrame
    refunds: pd.DataFrame


def build_web(
    settings: Settings,
    days: Days,
    people: People,
    catalog: Catalog,
    groups: list[Group],
) -> Web:
    """Make the web feed."""
    orders = _headers(settings, days, people)
    baskets = fill_baskets(
        stream(settings.seed, "order_lines/baskets"),
        settings.orders,
        settings.web_lines,
        catalog,
        groups,
    )
    day = orders["ts"].to_numpy() // DAY_SECONDS - days.first
    lines = _lines(settings.seed, days, baskets, catalog, day)
    net = (lines["quantity"] * lines["price"] - lines["discount"]).to_numpy()
    orders["total"] = baskets.sum_per_order(net)
    return Web(
        orders=orders,
        order_lines=lines,
        payments=_payments(settings, days, orders),
        refunds=_refunds(settings.seed, days, orders, lines, net),
    )


def cover_window(
    day: Ints, customer: Ints, people: People, days: Days
) -> tuple[Ints, Ints]:
    """Sort purchases by day, and see that the first and the last day have one."""
    ranking = np.argsort(day, kind="stable")
    day, customer = day[ranking], customer[ranking]
    faithful = int(np.flatnonzero(_is_faithful(people, days))[0])
    for place, wanted in ((0, 0), (len(day) - 1, days.count - 1)):
        if day[place] != wanted and (place or len(day) > 1):
            day[place], customer[place] = wanted, faithful
    return day, customer


def _is_faithful(people: People, days: Days) -> Flags:
    faithful: Flags = (
        (people.first_day == 0)
        & (people.last_day == days.count - 1)
        & (people.web_rate > 0)
    )
    return faithful


def _headers(settings: Settings, days: Days, people: People) -> pd.DataFrame:
    seed, count = settings.seed, settings.orders
    visits = stream(seed, "orders/visits")
    customer, day = draw_visits(visits, people, people.web_rate, days.web_weight, count)
    day, customer = cover_window(day, customer, people, days)
    seconds = draw_seconds(stream(seed, "orders/seconds"), count)
    ts = days.first_second + day * DAY_SECONDS + seconds
    ranking = np.argsort(ts, kind="stable")
    ts, customer = ts[ranking], customer[ranking]
    guests = 0 if settings.is_plain else GUESTS
    is_guest = chance(stream(seed, "orders/guests"), guests, count)
    status = _statuses(seed, days, ts)
    return pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "customer": np.where(is_guest, 0, customer + 1),
            "ts": ts,
            "channel": draw(stream(seed, "orders/channel"), (65, 35), count).astype(
                np.int8
            ),
            "status": status,
            "updated": _updates(seed, days, ts, status),
        }
    )


def _statuses(seed: int, days: Days, ts: Ints) -> Ints:
    count = len(ts)
    lot = stream(seed, "orders/status").integers(0, 1_000, count)
    # Longer for some parcels than for others.
    age = (days.last_second - ts) * stream(seed, "orders/pace").integers(60, 160, count)
    status = np.select(
        [age < 100 * DAY_SECONDS, age < 400 * DAY_SECONDS], [PAID, SHIPPED], DELIVERED
    )
    status[lot < CANCELLED_SHARE + PENDING_SHARE] = PENDING
    status[lot < CANCELLED_SHARE] = CANCELLED
    if count >= MIN_DIRTY_ORDERS and not (status == CANCELLED).any():
        status[count // 2] = CANCELLED
    return status.astype(np.int8)


def _updates(seed: int, days: Days, ts: Ints, status: Ints) -> Ints:
    hours = np.array([0, 1, 30, 96, 24])[status]
    spread = stream(seed, "orders/updated").integers(1_800, 3_600, len(ts))
    return np.minimum(ts + hours * spread, days.last_second)


def _lines(
    seed: int, days: Days, baskets: Baskets, catalog: Catalog, day: Ints
) -> pd.DataFrame:
    count = len(baskets.order)
    line_day = day[baskets.order]
    quantity = draw_quantities(stream(seed, "order_lines/quantity"), count)
    price = catalog.price_at(baskets.product, line_day)
    lot = stream(seed, "order_lines/discount").integers(0, 1_000, count)
    promoted = days.is_promotion[line_day] & (lot < PROMOTED_SHARE)
    coupon = ~promoted & (lot < COUPON_SHARE)
    step = draw(stream(seed, "order_lines/percent"), (35, 35, 20, 10), count)
    percent = np.select([promoted, coupon], [10 + 5 * step, 5 + 5 * (step > 1)], 0)
    return pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "order_number": baskets.order + 1,
            "product": baskets.product,
            "quantity": quantity,
            "price": price,
            "discount": quantity * price * percent // 100,
        }
    )


def _payments(settings: Settings, days: Days, orders: pd.DataFrame) -> pd.DataFrame:
    seed, count = settings.seed, len(orders)
    total, status = orders["total"].to_numpy(), orders["status"].to_numpy()
    lot = stream(seed, "payments/lot").integers(0, 1_000, count)
    paid = (status != CANCELLED) & (status != PENDING)
    outcome = np.select([status == CANCELLED, status == PENDING], [FAILED, WAITING])
    retried, split = np.zeros((2, count), dtype=np.bool_)
    lost = np.zeros(count, dtype=np.bool_)
    if not settings.is_plain:
        retried = paid & (lot < RETRIED_SHARE)
        split = paid & (lot >= 1_000 - SPLIT_SHARE) & (total >= SMALLEST_SPLIT)
        lost = (status == CANCELLED) & (lot < UNPAID_CANCELLED_SHARE)
    part = stream(seed, "payments/part").integers(20, 81, count)
    before = np.flatnonzero(retried | split)
    main = np.flatnonzero(~lost)
    order = np.concatenate([before, main])
    first_amount = np.where(split, total * part // 100, total)
    rest = np.where(split, total - first_amount, total)
    frame = pd.DataFrame(
        {
            "order_number": order + 1,
            "status": np.concatenate(
                [np.where(split[before], SUCCESS, FAILED), outcome[main]]
            ).astype(np.int8),
            "amount": np.concatenate([first_amount[before], rest[main]]),
            "is_main": np.repeat([0, 1], [len(before), len(main)]),
        }
    )
    # Before the method is drawn, so that both payments of an order lie together.
    frame = frame.sort_values(["order_number", "is_main"], ignore_index=True)
    return _finish_payments(seed, days, orders, frame)


def _finish_payments(
    seed: int, days: Days, orders: pd.DataFrame, frame: pd.DataFrame
) -> pd.DataFrame:
    count = len(frame)
    order = frame["order_number"].to_numpy() - 1
    method = draw(stream(seed, "payments/method"), (62, 28, 10), len(orders))[order]
    wait = stream(seed, "payments/wait").integers(20, 240, len(orders))[order]
    slow = (method == BANK_TRANSFER) & (frame["status"].to_numpy() == SUCCESS)
    again = frame["is_main"].to_numpy() * 600
    delay = np.where(slow, wait * 900, wait) + again
    ts = np.minimum(orders["ts"].to_numpy()[order] + delay, days.last_second)
    return pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "order_number": order + 1,
            "ts": ts,
            "method": method.astype(np.int8),
            "status": frame["status"],
            "amount": frame["amount"],
        }
    )


def _refunds(
    seed: int, days: Days, orders: pd.DataFrame, lines: pd.DataFrame, net: Ints
) -> pd.DataFrame:
    count = len(lines)
    order = lines["order_number"].to_numpy() - 1
    status = orders["status"].to_numpy()[order]
    lag = stream(seed, "refunds/lag").integers(1, LONGEST_RETURN + 1, count)
    ts = orders["ts"].to_numpy()[order] + lag * DAY_SECONDS
    ts = ts + stream(seed, "refunds/seconds").integers(-30_000, 30_000, count)
    chosen = chance(stream(seed, "refunds/chosen"), REFUNDED_SHARE, count)
    chosen &= (status != CANCELLED) & (status != PENDING) & (ts <= days.last_second)
    chosen &= net > 0
    line = np.flatnonzero(chosen)
    line = line[np.argsort(ts[line], kind="stable")]
    bought = lines["quantity"].to_numpy()[line]
    lot = stream(seed, "refunds/share").integers(0, 1_000, count)[line]
    quantity = 1 + lot % bought
    # A goodwill refund gives back part of the price only.
    percent = np.where(lot >= 1_000 - GOODWILL_SHARE, 50, 100)
    amount = np.maximum(net[line] * quantity * percent // (bought * 100), 1)
    reason = draw(stream(seed, "refunds/reason"), (25, 25, 20, 20, 10), count)[line]
    return pd.DataFrame(
        {
            "number": np.arange(1, len(line) + 1, dtype=np.int64),
            "line_number": line + 1,
            "ts": ts[line],
            "quantity": quantity,
            "amount": amount,
            "reason": reason.astype(np.int8),
        }
    )


def pick_cancelled(orders: pd.DataFrame, rng: np.random.Generator, count: int) -> Ints:
    """Numbers of cancelled orders, drawn with replacement."""
    cancelled = orders.loc[orders["status"] == CANCELLED, "number"].to_numpy()
    chosen: Ints = cancelled[rng.integers(0, len(cancelled), count)]
    return chosen

"""The till: receipts and their lines, returns among them, and the calendar."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.baskets import Baskets, draw_quantities, fill_baskets
from generator.catalog import Catalog
from generator.days import Days
from generator.groups import Group
from generator.people import People, draw_visits
from generator.settings import Settings
from generator.streams import Ints, chance, draw, stream
from generator.web import GUESTS, cover_window

PAYMENT_TYPES = ("CASH", "CARD")
# Drawn among lines that may be returns; about one line in a hundred becomes one.
RETURNED_SHARE = 15


@dataclass(frozen=True)
class Till:
    """The three tables of the feed, in cents and days since 1970."""

    timeframe: pd.DataFrame
    transactions: pd.DataFrame
    sales: pd.DataFrame


def build_till(
    settings: Settings,
    days: Days,
    people: People,
    catalog: Catalog,
    groups: list[Group],
) -> Till:
    """Make the till feed."""
    seed, count = settings.seed, settings.orders
    visits = stream(seed, "transactions/visits")
    customer, day = draw_visits(
        visits, people, people.till_rate, days.till_weight, count
    )
    day, customer = cover_window(day, customer, people, days)
    baskets = fill_baskets(
        stream(seed, "sales/baskets"), count, settings.till_lines, catalog, groups
    )
    sales = _sales(seed, baskets, catalog, day)
    guests = chance(stream(seed, "transactions/guests"), GUESTS, count)
    payment = draw(stream(seed, "transactions/payment"), (35, 65), count)
    transactions = pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "customer": np.where(guests, 0, customer + 1),
            "day": days.first + day,
            "amount": baskets.sum_per_order(sales["total"].to_numpy()),
            "payment": payment.astype(np.int8),
        }
    )
    window = np.arange(days.first, days.first + days.count, dtype=np.int64)
    return Till(pd.DataFrame({"day": window}), transactions, sales)


def _sales(seed: int, baskets: Baskets, catalog: Catalog, day: Ints) -> pd.DataFrame:
    count = len(baskets.order)
    price = catalog.price_at(baskets.product, day[baskets.order])
    quantity = draw_quantities(stream(seed, "sales/quantity"), count)
    returned = chance(stream(seed, "sales/returns"), RETURNED_SHARE, count)
    # Planted lines stay sales, or a bundle would be in fewer baskets than promised.
    quantity = np.where(returned & ~baskets.is_planted, -1, quantity)
    # A receipt never pays out: every one keeps a sale and a positive total.
    broke = baskets.sum_per_order(quantity * price)[baskets.order] <= 0
    quantity = np.where(broke, np.abs(quantity), quantity)
    return pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "transaction_number": baskets.order + 1,
            "product": baskets.product,
            "quantity": quantity,
            "price": price,
            "total": quantity * price,
        }
    )

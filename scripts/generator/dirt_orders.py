"""Added orders that are real money: late ones, orphaned ones, drifted ones."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from generator.baskets import Baskets, draw_quantities, redraw_repeats
from generator.days import DAY_SECONDS, draw_seconds
from generator.groups import neutral_weight
from generator.layouts import Batch
from generator.maker import Maker, Recipe
from generator.people import draw_visits
from generator.streams import Ints, draw
from generator.web import CANCELLED, DELIVERED, FAILED, SUCCESS, WEB_CHANNELS

# More than the 40 days promised, whatever the hour.
LATE_DAYS = 42
DELIVERY_SECONDS = 4 * DAY_SECONDS
ISO_INSTANT = "replace({value}, ' ', 'T') || 'Z'"

Overrides = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Story:
    """What is odd about added orders, and which column of which feed shows it."""

    kind: str
    detail: str
    overrides: Overrides = field(default_factory=dict)
    width: int = 1
    status: int = DELIVERED
    channel: str = "WEB"

    @property
    def is_late(self) -> bool:
        """Whether the rows belong at the end of their files."""
        return self.kind == "late"


def _batches(story: Story, frames: dict[str, pd.DataFrame]) -> list[Batch]:
    return [
        Batch(
            feed=feed,
            frame=frame,
            overrides=story.overrides.get(feed, {}),
            kind=story.kind,
            detail=story.detail,
            is_last=story.is_late,
        )
        for feed, frame in frames.items()
    ]


def _visits(
    maker: Maker, rng: np.random.Generator, story: Story, count: int, feed: str
) -> tuple[Ints, Ints]:
    people, days = maker.world.people, maker.world.days
    is_web = feed == "orders"
    weight = days.web_weight if is_web else days.till_weight
    rate = people.web_rate if is_web else people.till_rate
    end = days.count - LATE_DAYS if story.is_late else days.count
    return draw_visits(rng, people, rate, weight[:end], count)


def _lines(
    maker: Maker, rng: np.random.Generator, story: Story, day: Ints, feed: str
) -> tuple[Baskets, pd.DataFrame]:
    """Lines of the added orders, without their order's number."""
    catalog = maker.world.catalog
    assert catalog is not None
    count = len(day) * story.width
    # Planted products stay out, so that no substitutes meet here.
    weight = neutral_weight(catalog, maker.world.groups)
    baskets = Baskets(
        order=np.repeat(np.arange(len(day)), story.width),
        product=catalog.by_rank[draw(rng, weight, count)],
        is_planted=np.zeros(count, dtype=np.bool_),
        starts=np.arange(len(day)) * story.width,
    )
    redraw_repeats(rng, baskets, catalog.by_rank, weight)
    frame = pd.DataFrame(
        {
            "number": maker.new_numbers(feed, count),
            "product": baskets.product,
            "quantity": draw_quantities(rng, count),
            "price": catalog.price_at(baskets.product, day[baskets.order]),
        }
    )
    return baskets, frame


def _add_web(story: Story, maker: Maker, count: int) -> list[Batch]:
    days, rng = maker.world.days, maker.rng
    customer, day = _visits(maker, rng, story, count, "orders")
    baskets, lines = _lines(maker, rng, story, day, "order_lines")
    lines["discount"] = 0
    number = maker.new_numbers("orders", count)
    lines["order_number"] = number[baskets.order]
    total = baskets.sum_per_order((lines["quantity"] * lines["price"]).to_numpy())
    ts = days.first_second + day * DAY_SECONDS + draw_seconds(rng, count)
    orders = pd.DataFrame(
        {
            "number": number,
            "customer": customer + 1,
            "ts": ts,
            "channel": WEB_CHANNELS.index(story.channel),
            "total": total,
            "status": story.status,
            "updated": np.minimum(ts + DELIVERY_SECONDS, days.last_second),
        }
    )
    payments = pd.DataFrame(
        {
            "number": maker.new_numbers("payments", count),
            "order_number": number,
            "ts": np.minimum(ts + 90, days.last_second),
            "method": 0,
            "status": FAILED if story.status == CANCELLED else SUCCESS,
            "amount": total,
        }
    )
    frames = {"orders": orders, "order_lines": lines, "payments": payments}
    return _batches(story, frames)


def _add_till(story: Story, maker: Maker, count: int) -> list[Batch]:
    rng = maker.rng
    customer, day = _visits(maker, rng, story, count, "transactions")
    baskets, lines = _lines(maker, rng, story, day, "sales")
    number = maker.new_numbers("transactions", count)
    lines["transaction_number"] = number[baskets.order]
    lines["total"] = lines["quantity"] * lines["price"]
    transactions = pd.DataFrame(
        {
            "number": number,
            "customer": customer + 1,
            "day": maker.world.days.first + day,
            "amount": baskets.sum_per_order(lines["total"].to_numpy()),
            "payment": 0,
        }
    )
    return _batches(story, {"transactions": transactions, "sales": lines})


STRANGER = {"customer_id": "printf('CX%06d', number)"}
STRANGE_GOODS = {"product_sku": "printf('SKU-X%05d', number)"}

WEB_STORIES = {
    "late": Story("late", "paid order delivered weeks after its day", width=2),
    "stranger": Story("orphaned", "order of an unknown customer", {"orders": STRANGER}),
    "channel": Story("drifted", "channel ' web '", {"orders": {"channel": "' web '"}}),
    "goods": Story(
        "orphaned", "line of an unknown product", {"order_lines": STRANGE_GOODS}
    ),
    "mobile": Story(
        "drifted",
        "channel 'Mobile'",
        {"orders": {"channel": "'Mobile'"}},
        channel="MOBILE",
    ),
    "delivered": Story(
        "drifted", "status 'delivered'", {"orders": {"status": "'delivered'"}}
    ),
    "cancelled": Story(
        "drifted",
        "status 'Canceled'",
        {"orders": {"status": "'Canceled'"}},
        status=CANCELLED,
    ),
    "instants": Story(
        "drifted",
        "dates with T and Z",
        {
            "orders": {"order_date": ISO_INSTANT, "updated_at": ISO_INSTANT},
            "payments": {"payment_date": ISO_INSTANT},
        },
    ),
    "payment": Story(
        "drifted",
        "payment status 'success', method ' Card '",
        {"payments": {"payment_status": "'success'", "payment_method": "' Card '"}},
    ),
}
TILL_STORIES = {
    "late": Story("late", "receipt delivered weeks after its day", width=2),
    "stranger": Story(
        "orphaned", "receipt of an unknown customer", {"transactions": STRANGER}
    ),
    "goods": Story("orphaned", "line of an unknown product", {"sales": STRANGE_GOODS}),
    "store": Story(
        "drifted", "channel 'In-Store'", {"transactions": {"channel": "'In-Store'"}}
    ),
    "cash": Story(
        "drifted",
        "payment type ' cash '",
        {"transactions": {"payment_type": "' cash '"}},
    ),
}
ORDER_RECIPES = [
    *(
        Recipe(
            name=f"orders/{name}",
            kind=story.kind,
            feeds=("orders", "order_lines", "payments"),
            rows=2 + story.width,
            make=partial(_add_web, story),
        )
        for name, story in WEB_STORIES.items()
    ),
    *(
        Recipe(
            name=f"transactions/{name}",
            kind=story.kind,
            feeds=("transactions", "sales"),
            rows=1 + story.width,
            make=partial(_add_till, story),
        )
        for name, story in TILL_STORIES.items()
    ),
]

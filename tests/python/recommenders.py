"""The recommenders of the leaderboard once more, in plain Python over plain lists."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

PERIOD_DAYS = 28
LIST_LENGTH = 10
KINDS = ("all", "repeat", "new")

Purchase = tuple[str, str, str, date]  # customer, order, product, day
Baskets = dict[str, dict[str, set[str]]]  # customer to product to orders


@dataclass
class Past:
    """What customers bought before a period, by customer, product and period."""

    periods: dict[tuple[str, str], Counter[int]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def orders(self, customer: str) -> dict[str, int]:
        """Orders of each product that the customer bought."""
        return {
            product: counts.total()
            for (buyer, product), counts in self.periods.items()
            if buyer == customer
        }


def by_period(purchases: list[Purchase], last_day: date) -> dict[int, list[Purchase]]:
    """Purchases by complete period, numbered from 1 among those with any."""
    start = date(2001, 1, 1)
    found: dict[int, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        found[(purchase[3] - start).days // PERIOD_DAYS].append(purchase)
    ended = [
        number
        for number in sorted(found)
        if (last_day - start).days + 1 >= (number + 1) * PERIOD_DAYS
    ]
    return {place: found[number] for place, number in enumerate(ended, start=1)}


def past_before(periods: dict[int, list[Purchase]], period: int) -> Past:
    """What lies before a period."""
    past = Past()
    for number in range(1, period):
        orders = {(c, p, o) for c, o, p, _ in periods[number]}
        for customer, product, _ in orders:
            past.periods[customer, product][number] += 1
    return past


def ranking(past: Past) -> dict[str, int]:
    """Place of each product by number of orders, ties by SKU."""
    orders: Counter[str] = Counter()
    for (_, product), counts in past.periods.items():
        orders[product] += counts.total()
    placed = sorted(orders, key=lambda product: (-orders[product], product))
    return {product: place for place, product in enumerate(placed, start=1)}


def pair_rules(past: Past, learners: set[str]) -> dict[str, dict[str, float]]:
    """Confidence of the ten best consequents of each product."""
    units: dict[tuple[str, int], set[str]] = defaultdict(set)
    for (customer, product), counts in past.periods.items():
        if customer in learners:
            for number in counts:
                units[customer, number].add(product)
    single: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for products in units.values():
        single.update(products)
        both.update(permutations(products, 2))
    place = ranking(past)
    rules: dict[str, dict[str, float]] = defaultdict(dict)
    for (first, second), count in both.items():
        if count >= 5 and count * len(units) > single[first] * single[second]:
            rules[first][second] = count / single[first]
    for first, confidences in rules.items():
        best = sorted(confidences, key=lambda p: (-confidences[p], place[p]))
        rules[first] = {second: confidences[second] for second in best[:LIST_LENGTH]}
    return rules


def lists(
    past: Past, customer: str, rules: dict[str, dict[str, float]]
) -> dict[str, list[str]]:
    """The customer's list by each recommender that needs no learning."""
    place = ranking(past)
    orders = past.orders(customer)
    popular = sorted(place, key=lambda product: place[product])
    personal = sorted(orders, key=lambda product: (-orders[product], place[product]))
    advice: dict[str, float] = {}
    for product in orders:
        for other, confidence in rules.get(product, {}).items():
            advice[other] = max(confidence, advice.get(other, 0))
    found = {
        "popular": popular,
        "personal": personal,
        "gp-topfreq": personal + [p for p in popular if p not in orders],
        "rules": sorted(advice, key=lambda product: (-advice[product], place[product])),
    }
    return {model: products[:LIST_LENGTH] for model, products in found.items()}


def figures(listed: list[str], bought: set[str]) -> tuple[float, float, float]:
    """Recall, NDCG and hit of one list; `bought` is not empty."""
    places = [n for n, product in enumerate(listed, start=1) if product in bought]
    ideal = sum(
        1 / math.log2(1 + n) for n in range(1, min(LIST_LENGTH, len(bought)) + 1)
    )
    gain = sum(1 / math.log2(1 + n) for n in places)
    return len(places) / len(bought), gain / ideal, float(bool(places))


def leaderboard(
    purchases: list[Purchase], last_day: date
) -> dict[tuple[str, str], tuple[float, ...]]:
    """Customers, recall, NDCG and hit rate by recommender and kind of purchase."""
    periods = by_period(purchases, last_day)
    judged = max(periods)
    past = past_before(periods, judged)
    buyers = {customer for customer, _ in past.periods}
    before = {customer for customer, _ in past_before(periods, judged - 1).periods}
    learners = before & {customer for customer, *_ in periods[judged - 1]}
    rules = pair_rules(past, learners)
    found: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    for customer in buyers & {customer for customer, *_ in periods[judged]}:
        bought = {p for c, _, p, _ in periods[judged] if c == customer}
        repeat = bought & set(past.orders(customer))
        wanted = dict(zip(KINDS, (bought, repeat, bought - repeat), strict=True))
        for model, listed in lists(past, customer, rules).items():
            for kind in KINDS:
                if wanted[kind]:
                    found[model, kind].append(figures(listed, wanted[kind]))
    return {
        key: (
            len(rows),
            *(sum(column) / len(rows) for column in zip(*rows, strict=True)),
        )
        for key, rows in found.items()
    }

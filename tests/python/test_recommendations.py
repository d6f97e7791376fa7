"""Scores and lists of products, against plain Python and known probabilities."""

import hashlib
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from recommenders import by_period, leaderboard
from shop import Shop
from state import feed

PURCHASES = """
    select orders.customer_key, lines.order_id, lines.product_sku, lines.order_date
    from curated.fact_order_lines as lines
    inner join curated.fact_orders as orders on lines.order_id = orders.order_id
    where lines.is_sale and lines.order_date is not null
"""
MODELS = {
    "base rate": "base_score",
    "rules-1": "basket_score",
    "beta-1": "shrunk_score",
    "beta-logit-1": "score",
}
FIRST_DAY = date(2025, 1, 27)  # of a period
PERIODS = 4
CUSTOMERS = 480
# Product A<i> brings B<i> with so much probability.
CHANCES = (0.35, 0.5, 0.6, 0.7, 0.85, 0.95)


def known_purchases(shop: Shop) -> list[Any]:
    return [row for row in shop.rows(PURCHASES) if row[0] != "-1"]


def test_leaderboard_is_that_of_plain_python(demo_shop: Shop) -> None:
    last_day = demo_shop.value(f"select max(order_date) from ({PURCHASES})")
    expected = leaderboard(known_purchases(demo_shop), last_day)
    found = {
        (model, kind): tuple(figures)
        for model, kind, *figures in demo_shop.rows(
            "select model_name, purchase_kind, customer_count, recall_at_10,"
            " ndcg_at_10, hit_at_10 from gold.recommendation_leaderboard"
            " where model_name != 'repurchase-1'"
        )
    }
    assert len(expected) == 12
    assert found.keys() == expected.keys()
    for key, figures in expected.items():
        assert found[key] == pytest.approx(figures, abs=1e-12), key


def test_lists_are_those_of_the_first_by_ndcg(demo_shop: Shop) -> None:
    ((first,),) = demo_shop.rows(
        "select model_name from gold.recommendation_leaderboard"
        " where purchase_kind = 'all' order by ndcg_at_10 desc limit 1"
    )
    used = demo_shop.rows(
        "select distinct model_name from gold.customer_recommendations"
    )
    assert used == [(first,)]


def held(baskets: Iterable[set[str]], *sides: Sequence[str]) -> tuple[int, ...]:
    """How many baskets hold each of some sets of products."""
    kept = list(baskets)
    return tuple(sum(basket.issuperset(side) for basket in kept) for side in sides)


def test_rules_judged_are_those_that_the_past_gives(demo_shop: Shop) -> None:
    """Rules, and customers who followed them, counted in plain Python."""
    start = demo_shop.value(
        "select period_start from intermediate.int_purchase_folds where fold = 'judge'"
    )
    baskets: dict[str, set[str]] = defaultdict(set)
    days: dict[str, date] = {}
    for _, order, product, day in demo_shop.rows(PURCHASES):
        baskets[order].add(product)
        days[order] = day
    past = [items for order, items in baskets.items() if days[order] < start]
    next_baskets: dict[str, set[str]] = defaultdict(set)
    for customer, _, product, day in known_purchases(demo_shop):
        if start <= day < start + timedelta(28):
            next_baskets[customer].add(product)
    expected = {}
    for itemset in demo_shop.rows("select itemset from gold.bundle_itemsets"):
        items = json.loads(itemset[0])
        for size in range(1, len(items)):
            for left in combinations(items, size):
                right = [item for item in items if item not in left]
                count_a, count_b, count_ab = held(past, left, right, items)
                if (
                    count_ab >= math.ceil(0.01 * len(baskets))
                    and count_ab >= 0.3 * count_a
                    and count_ab * len(past) > count_a * count_b
                ):
                    rule = f"{json.dumps(left)} => {json.dumps(right)}"
                    rule_id = hashlib.md5(rule.encode()).hexdigest()
                    expected[rule_id] = held(next_baskets.values(), left, items)
    found = demo_shop.rows(
        "select rule_id, next_a, next_ab from intermediate.int_rule_scores"
        " where fold = 'judge'"
    )
    assert len(expected) > 50
    assert {rule: tuple(counts) for rule, *counts in found} == expected


def cases_of(shop: Shop, column: str) -> tuple[list[float], list[float]]:
    """Scores of all cases that came true, and of all that did not."""
    true, false = [], []
    for score, cases, successes in shop.rows(
        f"select {column}, next_a, next_ab from intermediate.int_rule_scores"
        " where fold = 'judge'"
    ):
        true += [score] * successes
        false += [score] * (cases - successes)
    return true, false


@pytest.mark.parametrize("model", MODELS)
def test_quality_is_that_of_every_single_case(demo_shop: Shop, model: str) -> None:
    true, false = cases_of(demo_shop, MODELS[model])
    count = len(true) + len(false)
    brier = (sum((1 - s) ** 2 for s in true) + sum(s**2 for s in false)) / count
    loss = -(sum(map(math.log, true)) + sum(math.log(1 - s) for s in false)) / count
    ordered = sum(
        (high > low) + (abs(high - low) < 1e-12) / 2 for high in true for low in false
    )
    ((found_count, *found),) = demo_shop.rows(
        "select case_count, brier_score, log_loss, auc"
        f" from gold.recommendation_model_quality where model_name = '{model}'"
    )
    assert found_count == count
    auc = ordered / (len(true) * len(false))
    assert found == pytest.approx([brier, loss, auc], abs=1e-9)


def test_calibration_is_at_the_peak_of_its_likelihood(demo_shop: Shop) -> None:
    """No other intercept and slope near those found make the outcomes likelier."""
    rows = demo_shop.rows(
        "select shrunk_score, next_a, next_ab from intermediate.int_rule_scores"
        " where fold = 'judge' and next_a > 0"
    )
    weight = min(
        1,
        demo_shop.value(
            "select max(next_customers) from intermediate.int_rule_counts"
            " where fold = 'judge'"
        )
        / sum(cases for _, cases, _ in rows),
    )

    def likelihood(intercept: float, slope: float) -> float:
        total = -(intercept**2) / 2 - (slope - 1) ** 2 / 2
        for score, cases, successes in rows:
            share = 1 / (1 + math.exp(-intercept - slope * logit(score)))
            total += weight * successes * math.log(share)
            total += weight * (cases - successes) * math.log(1 - share)
        return total

    (low, low_score), *_, (high, high_score) = demo_shop.rows(
        "select shrunk_score, score from intermediate.int_rule_scores"
        " where fold = 'publish' order by shrunk_score"
    )
    slope = (logit(high_score) - logit(low_score)) / (logit(high) - logit(low))
    intercept = logit(low_score) - slope * logit(low)
    best = likelihood(intercept, slope)
    for step in (1e-4, 1e-2, 1):
        for turn in range(8):
            angle = turn * math.pi / 4
            moved = intercept + step * math.sin(angle), slope + step * math.cos(angle)
            assert likelihood(*moved) < best


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def chance_orders() -> tuple[list[str], list[str]]:
    """One order per customer and period: A<i>, and B<i> with its chance."""
    drawn = random.Random(11)
    orders, lines = [], []
    for period in range(PERIODS):
        for customer in range(CUSTOMERS):
            number = f"O{period}-{customer}"
            pair = customer % len(CHANCES)
            day = FIRST_DAY + timedelta(28 * period + customer % 28)
            orders.append(f"{number},C{customer},{day},WEB,9.00,PAID,{day}")
            lines.append(f"{number}-A,{number},A{pair},1,4.50,0.00")
            if drawn.random() < CHANCES[pair]:
                lines.append(f"{number}-B,{number},B{pair},1,4.50,0.00")
    return orders, lines


@pytest.fixture(scope="module")
def chance_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("chance_shop"))
    orders, lines = chance_orders()
    customers = [
        f"C{number},F,L,,,,c{number}@x.org,,,,,,,,2025-01-01"
        for number in range(CUSTOMERS)
    ]
    shop.take(
        customers=feed("customers", *customers),
        orders=feed("orders", *orders),
        order_lines=feed("order_lines", *lines),
    )
    return shop


def test_scores_find_known_probabilities(chance_shop: Shop) -> None:
    scores = dict(
        chance_shop.rows(
            "select bundle, score from gold.ml_bundle_recommendations"
            " where bundle like '[\"A%'"
        )
    )
    assert len(scores) == len(CHANCES)
    for pair, chance in enumerate(CHANCES):
        error = math.sqrt(chance * (1 - chance) / (PERIODS * CUSTOMERS / len(CHANCES)))
        score = scores[f'["A{pair}"] => ["B{pair}"]']
        assert abs(score - chance) < 3 * error + 0.01, (pair, score)


def test_what_is_said_comes_true_so_often(chance_shop: Shop) -> None:
    tenths = chance_shop.rows(
        "select mean_score, observed_share, standard_error, case_count"
        " from gold.recommendation_reliability where model_name = 'beta-logit-1'"
    )
    assert len(tenths) >= 4
    for mean_score, observed, error, count in tenths:
        assert abs(mean_score - observed) < 3 * error + 1 / count
    ((brier, base),) = chance_shop.rows(
        "select brier_score, base_brier_score from gold.recommendation_model_quality"
        " where model_name = 'beta-logit-1'"
    )
    assert brier < base


RULES_SAID = (
    "select rule_id, base_score, basket_score, shrunk_score, score"
    " from intermediate.int_rule_scores where fold = 'judge' order by 1"
)
SAID_BEFORE = (
    RULES_SAID,
    "select * from intermediate.int_product_rates where fold = 'judge' order by 2",
    "select * from intermediate.int_product_pairs where fold = 'judge' order by 2, 3",
    "select * from intermediate.int_habits where fold = 'judge' order by 2, 3",
    "select * from intermediate.int_rule_boosts where fold = 'judge'",
)
OF_PERIODS = (
    "int_customer_purchases",
    "int_itemset_customers",
    "int_product_pairs",
    "int_recommendation_quality",
    "int_customer_recommendations",
    "recommendation_leaderboard",
    "customer_recommendations",
)
BOUGHT_NEXT = "select sum(next_ab) from intermediate.int_rule_scores"


def flat(rows: list[Any]) -> list[Any]:
    return [cell for row in rows for cell in row]


def last_rows(shop: Shop, node: str) -> int:
    """Rows that the newest build wrote into a table."""
    written = shop.rows(
        "select rows_processed from audit.pipeline_node_log"
        f" where node_name = '{node}' order by end_time desc limit 1"
    )
    return int(written[0][0])


# Changes the shop, so it comes after the others.
def test_no_score_knows_what_comes_after_its_past(chance_shop: Shop) -> None:
    before = [chance_shop.rows(query) for query in SAID_BEFORE]
    bought = chance_shop.value(BOUGHT_NEXT)
    last = PERIODS - 1
    day = FIRST_DAY + timedelta(28 * last)
    moved = chance_shop.rows(
        "select order_line_id, order_id from curated.fact_order_lines"
        f" where product_sku like 'B%' and order_date >= '{day}' order by 1 limit 60"
    )
    chance_shop.take(
        order_lines=feed(
            "order_lines",
            *(f"{line[4:]},{order[4:]},B9,1,4.50,0.00" for line, order in moved),
        )
    )
    assert chance_shop.value(BOUGHT_NEXT) < bought
    for query, said in zip(SAID_BEFORE, before, strict=True):
        # floating-point sums of another order differ in their last digit
        assert flat(chance_shop.rows(query)) == [
            pytest.approx(cell, rel=1e-12) if isinstance(cell, float) else cell
            for cell in flat(said)
        ]
    assert last_rows(chance_shop, "int_customer_purchases") > 0


def test_a_day_of_the_running_period_makes_no_list_anew(chance_shop: Shop) -> None:
    day = FIRST_DAY + timedelta(28 * PERIODS)
    lists = chance_shop.rows(
        "select * from gold.customer_recommendations order by 1, 2"
    )
    chance_shop.take(
        orders=feed("orders", f"new,C1,{day},WEB,9.00,PAID,{day}"),
        order_lines=feed("order_lines", "new-1,new,A1,1,4.50,0.00"),
    )
    for node in OF_PERIODS:
        assert last_rows(chance_shop, node) == 0, node
    assert lists == chance_shop.rows(
        "select * from gold.customer_recommendations order by 1, 2"
    )


def test_a_shipped_order_makes_no_list_anew_and_another_buyer_does(
    chance_shop: Shop,
) -> None:
    order, customer, day = chance_shop.rows(
        "select order_id, customer_id, order_date from curated.fact_orders"
        f" where order_date < '{FIRST_DAY + timedelta(28)}' order by 1 limit 1"
    )[0]
    other = "C1" if customer != "C1" else "C2"

    def correct(buyer: str) -> None:
        corrected = f"{order[4:]},{buyer},{day},WEB,9.01,DELIVERED,{day}"
        chance_shop.take(orders=feed("orders", corrected))

    correct(customer)
    assert last_rows(chance_shop, "fact_order_lines") > 0
    for node in OF_PERIODS:
        assert last_rows(chance_shop, node) == 0, node
    correct(other)
    assert last_rows(chance_shop, "int_customer_purchases") > 0


def test_there_is_nothing_to_recommend_without_orders(empty_shop: Shop) -> None:
    for table in (
        "ml_bundle_recommendations",
        "recommendation_model_quality",
        "recommendation_reliability",
        "recommendation_leaderboard",
        "customer_recommendations",
    ):
        assert empty_shop.value(f"select count(*) from gold.{table}") == 0, table


def test_periods_are_numbered_among_those_with_sales() -> None:
    rows = [("C", "O", "P", FIRST_DAY), ("C", "O", "P", FIRST_DAY + timedelta(60))]
    periods = by_period(rows, FIRST_DAY + timedelta(83))
    assert {number: len(found) for number, found in periods.items()} == {1: 1, 2: 1}
    assert list(by_period(rows, FIRST_DAY + timedelta(82))) == [1]

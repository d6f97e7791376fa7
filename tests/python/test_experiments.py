"""Deal experiments: health, policies' values and uplift, against plain Python."""

import json
import math
import random
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from clustr.allocation import Sharing
from shop import Shop
from state import feed
from test_allocation import next_weights, prob_best

Z_95 = stats.norm.ppf(0.975)
RATES = {"A": 0.05, "B": 0.15, "C": 0.1}
# Odds of the arms before and after the tenth day: the second stage leans to B.
ODDS = ({"A": 0.2, "B": 0.3, "C": 0.5}, {"A": 0.1, "B": 0.7, "C": 0.2})
START = datetime.fromisoformat("2025-01-01")
RETIRED = START + timedelta(days=17)
Showing = dict[str, Any]


def draw_showings() -> list[Showing]:
    """Showings of project P by the odds of their stage, one customer seeing many."""
    lots = random.Random(7)
    showings = []
    for number in range(1_500):
        minutes = lots.randrange(20 * 24 * 60)
        odds = ODDS[minutes >= 10 * 24 * 60]
        (arm,) = lots.choices(list(odds), list(odds.values()))
        showings.append(
            {
                "id": f"I{number}",
                "customer": f"C{lots.randrange(80):02d}",
                "arm": arm,
                "at": START + timedelta(minutes=minutes),
                "clicked": lots.random() < RATES[arm],
                "propensity": odds[arm],
            }
        )
    return showings


SHOWINGS = draw_showings()


def draw_orders() -> list[tuple[str, str, datetime, list[tuple[str, int]]]]:
    """Orders of the same customers: two products that go together, and others."""
    lots, orders = random.Random(8), []
    for number in range(300):
        at = START + timedelta(minutes=lots.randrange(30 * 24 * 60))
        items = [("lamp", 20), ("bulb", 3)] if lots.random() < 0.4 else [("mug", 8)]
        orders.append((f"O{number}", f"C{lots.randrange(80):02d}", at, items))
    return orders


ORDERS = draw_orders()
PROJECTS = feed("projects", "P,Deal,,3", "Q,Quiet,,2", "S,Solo,,1", "R,Ratio,,2")
ARMS = """bandit_id,project_id,prior_alpha,prior_beta,rule_id,retired_at
    A,P,,,{rule},
    B,P,,,,
    C,P,0,3,unheard of,2025-01-18T00:00:00
    Q1,Q,2,40,,
    Q2,Q,2,30,,
    S1,S,,,,
    R1,R,,,,
    R2,R,,,,
    twice,Q,,,,
    twice,S,,,,
"""
BAD = (
    "B1,C01,P,A,2025-01-03 10:00:00,1,0,1",  # propensity 0
    "B2,C01,P,A,2025-01-03 10:00:00,0,1.5,1",  # above 1
    "B3,C01,P,A,2025-01-03 10:00:00,0,,1",  # absent
    "B4,C01,P,nobody,2025-01-03 10:00:00,1,0.5,1",  # unknown arm
    "B5,C01,nowhere,A,2025-01-03 10:00:00,1,0.5,1",  # unknown project
    "B6,C01,P,Q1,2025-01-03 10:00:00,1,0.5,1",  # arm of another project
    "B7,C01,P,A,,1,0.5,1",  # click without a showing
    "B8,C01,P,A,2999-01-01 10:00:00,1,0.5,1",  # future
    "B9,C01,,A,2025-01-03 10:00:00,1,0.5,1",  # no project
)

# what B4 and B6 are to policies
OF_NO_ARM: list[Showing] = [
    {"arm": None, "at": START + timedelta(days=2), "clicked": True, "propensity": 0.5}
] * 2


def lopsided_log() -> list[str]:
    """Project R: logged as even, shown as 3 to 2."""
    return [
        f"R{n},C01,R,R{1 + (n % 5 > 2)},2025-01-0{1 + n % 9} 11:00:00,0,0.5,1"
        for n in range(500)
    ]


def log_rows(showings: list[Showing]) -> list[str]:
    """Rows of bandit_transactions."""
    return [
        f"{s['id']},{s['customer']},P,{s['arm']},{s['at']},{int(s['clicked'])},"
        f"{s['propensity']},1"
        for s in showings
    ]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with all of this; its bundle rule is known once it is built."""
    shop = Shop(tmp_path_factory.mktemp("experiments"))
    lines = [
        f"{order}-{place},{order},{sku},1,{price},0"
        for order, _, _, items in ORDERS
        for place, (sku, price) in enumerate(items)
    ]
    orders = [
        f"{order},{customer},{at},WEB,{sum(p for _, p in items)},completed,{at}"
        for order, customer, at, items in ORDERS
    ]
    skus = ("lamp", "bulb", "mug")
    shop.take(
        products=feed("products", *(f"{s},{s},c,s,b,1,active," for s in skus)),
        orders=feed("orders", *orders),
        order_lines=feed("order_lines", *lines),
    )
    rule = shop.value(
        "select rule_id from gold.bundle_rules where antecedents = '[\"lamp\"]'"
    )
    log = log_rows(SHOWINGS) + log_rows(SHOWINGS[:3]) + lopsided_log() + list(BAD)
    shop.take(
        users=feed("users", *(f"C{n:02d},,C{n:02d}" for n in range(80))),
        projects=PROJECTS,
        bandits=ARMS.format(rule=rule),
        bandit_transactions=feed("bandit_transactions", *log),
    )
    return shop


def test_posteriors_are_prior_and_log(shop: Shop) -> None:
    found = {
        row[0]: row[1:]
        for row in shop.rows(
            "select bandit_id, alpha, beta, n, number_of_success, is_retired"
            " from gold.bandit_posteriors"
        )
    }
    for arm in RATES:
        shown = [s["clicked"] for s in SHOWINGS if s["arm"] == arm]
        # rows without a usable propensity are showings all the same
        extra, clicks = (3, 1) if arm == "A" else (0, 0)
        n, wins = len(shown) + extra, sum(shown) + clicks
        assert found[arm] == (1 + wins, 1 + n - wins, n, wins, arm == "C")
    assert found["Q1"] == (2, 40, 0, 0, False)
    assert found["S1"] == (1, 1, 0, 0, False)
    chances = dict(shop.rows("select bandit_id, prob_best from gold.bandit_posteriors"))
    assert chances["C"] is None
    assert chances["A"] + chances["B"] == pytest.approx(1)


def test_bad_rows_are_rejected_or_flagged(shop: Shop) -> None:
    rejected = shop.rows(
        "select record_key, rule from audit.rejected_rows"
        " where source_table = 'bandit_transactions' order by record_key"
    )
    assert rejected == [
        ("B7", "unparsable_date"),
        ("B8", "future_date"),
        ("B9", "missing_reference"),
    ]
    health = shop.rows(
        "select impressions, missing_propensity, unknown_bandit_impressions,"
        " bandits_seen, retired_impressions, customers_in_several_arms"
        " from gold.experiment_health where project_id = 'P'"
    )
    late = [s for s in SHOWINGS if s["arm"] == "C" and s["at"] > RETIRED]
    seen = defaultdict(set)
    for showing in SHOWINGS:
        seen[showing["customer"]].add(showing["arm"])
    seen["C01"] |= {"A", "nobody"}
    several = sum(len(arms) > 1 for arms in seen.values())
    assert late
    assert health == [(len(SHOWINGS) + 5, 3, 2, 5, len(late), several)]
    several_projects = dict(
        shop.rows(
            "select project_id, bandits_in_several_projects from gold.experiment_health"
        )
    )
    assert several_projects["P"] == 0
    assert several_projects["Q"] + several_projects["S"] == 1
    # B5 and nothing else
    assert shop.rows(
        "select project_id, impressions from gold.experiment_health"
        " where is_unknown_project"
    ) == [("nowhere", 1)]
    assert (
        shop.value("select has_prior from curated.dim_bandits where bandit_id = 'C'")
        is False
    )


def test_sample_ratios_with_constant_propensities_are_pearsons(shop: Shop) -> None:
    p_value, is_mismatch = shop.rows(
        "select sample_ratio_p_value, has_sample_ratio_mismatch"
        " from gold.experiment_health where project_id = 'R'"
    )[0]
    assert p_value == pytest.approx(stats.chisquare([300, 200]).pvalue, rel=1e-9)
    assert is_mismatch is True
    assert shop.value(
        "select sample_ratio_p_value > 0.001 from gold.experiment_health"
        " where project_id = 'P'"
    )


def test_days_to_decision_follow_from_the_lead_and_its_error(shop: Shop) -> None:
    """Project R: no clicks in 300 and 200 showings of nine days, priors Beta(1, 1)."""
    lead = 1 / 202 - 1 / 302
    variance = sum(stats.beta(1, 1 + n).var() for n in (300, 200))
    growth = stats.norm.ppf(0.95) ** 2 * variance / lead**2
    found = shop.value(
        "select days_to_decision from gold.experiment_health where project_id = 'R'"
    )
    assert found == pytest.approx((growth - 1) * 9, rel=2e-3)


def policy_shares(shop: Shop) -> dict[str, dict[str, float]]:
    weights = dict(
        shop.rows(
            "select bandit_id, next_weight from gold.bandit_next_allocation"
            " where project_id = 'P'"
        )
    )
    return {
        **{f"always {arm}": {arm: 1.0} for arm in RATES},
        "uniform": {"A": 0.5, "B": 0.5},
        "next allocation": weights,
    }


def test_policies_values_are_those_of_plain_python(shop: Shop) -> None:
    """By the definition of each estimator, showing by showing.

    Those of arms that the project does not have are showings all the same.
    """
    means = dict(shop.rows("select bandit_id, mean from gold.bandit_posteriors"))
    found = {
        row[0]: row[1:]
        for row in shop.rows(
            "select policy_name, logged_impressions, effective_sample_size, ips,"
            " ips_error, snips, snips_error, dr, dr_error from gold.bandit_policy_value"
            " where project_id = 'P'"
        )
    }
    assert {s["arm"] for s in SHOWINGS if s["at"].date() == START.date()} == set(RATES)
    assert found.keys() == policy_shares(shop).keys()
    for policy, shares in policy_shares(shop).items():
        # C could be shown to the day before it was retired; each arm from the first day
        known = [
            s
            for s in SHOWINGS + OF_NO_ARM
            if "C" not in shares or s["at"].date() < RETIRED.date()
        ]
        n = len(known)
        clicks = np.array([s["clicked"] for s in known], dtype=float)
        rates = np.array([means.get(s["arm"], 0) for s in known])
        w = np.array([shares.get(s["arm"], 0) / s["propensity"] for s in known])
        snips = (w * clicks).sum() / w.sum()
        direct = sum(share * means[arm] for arm, share in shares.items())
        robust = direct + w * (clicks - rates)
        expected = (
            n,
            w.sum() ** 2 / (w**2).sum(),
            (w * clicks).mean(),
            (w * clicks).std() / math.sqrt(n),
            snips,
            math.sqrt((w**2 * (clicks - snips) ** 2).sum()) / w.sum(),
            robust.mean(),
            robust.std() / math.sqrt(n),
        )
        assert found[policy] == pytest.approx(expected, rel=1e-7), policy


def test_uplift_is_that_of_plain_python(shop: Shop) -> None:
    """Revenue of both products within seven days, showings counted 1 / propensity."""

    def revenue(showing: Showing) -> float:
        return sum(
            price
            for _, customer, at, items in ORDERS
            for sku, price in items
            if customer == showing["customer"]
            and sku != "mug"
            and showing["at"] < at
            and (at.date() - showing["at"].date()).days <= 7
        )

    weight: dict[tuple[bool, str], float] = defaultdict(float)
    money: dict[tuple[bool, str], float] = defaultdict(float)
    customers = sorted({showing["customer"] for showing in SHOWINGS})
    for showing in SHOWINGS:
        key = showing["arm"] == "A", showing["customer"]
        weight[key] += 1 / showing["propensity"]
        money[key] += revenue(showing) / showing["propensity"]
    mean, residuals = {}, {}
    for side in (True, False):
        weights = np.array([weight[side, customer] for customer in customers])
        revenues = np.array([money[side, customer] for customer in customers])
        mean[side] = revenues.sum() / weights.sum()
        residuals[side] = (revenues - mean[side] * weights) / weights.sum()
    gaps = residuals[True] - residuals[False]
    error = math.sqrt(len(customers) * gaps.var(ddof=1))
    extra = mean[True] - mean[False]
    found = shop.rows(
        "select bandit_id, is_rule_known, revenue_per_impression,"
        " other_revenue_per_impression, extra_revenue_low, extra_revenue_high"
        " from gold.bundle_uplift order by bandit_id"
    )
    assert found[0][:2] == ("A", True)
    assert found[0][2:] == pytest.approx(
        (mean[True], mean[False], extra - Z_95 * error, extra + Z_95 * error), rel=1e-9
    )
    assert found[1] == ("C", False, None, None, None, None)


def test_an_arm_is_drawn_as_the_table_says(shop: Shop) -> None:
    """By the command, whose propensities are the table's weights: SciPy's chances."""
    stored = shop.rows(
        "select alpha, beta, next_weight, floor_share, top_two, is_exploring"
        " from gold.bandit_next_allocation where project_id = 'P' order by bandit_id"
    )
    assert [row[3:] for row in stored] == [(0.02, 1.0, False)] * 2
    chances = prob_best(tuple((alpha, beta) for alpha, beta, *_ in stored))
    weights = [row[2] for row in stored]
    assert weights == pytest.approx(next_weights(chances, Sharing(0.02, 1)), abs=1e-4)
    drawn = shop.script("assign_deal.py", "P", "--count", "50", "--seed", "1")
    assert drawn.returncode == 0, drawn.stderr
    lines = [json.loads(line) for line in drawn.stdout.splitlines()]
    assert {line["propensity"] for line in lines} <= set(weights)


def test_an_experiment_is_drawn(shop: Shop, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    drawn = shop.script("plot_experiment.py", "P", "--out", picture)
    assert drawn.returncode == 0, drawn.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    refused = shop.script("plot_experiment.py", "Q", "--out", picture)
    assert refused.returncode == 2
    assert refused.stderr == (
        "error: gold.bandit_daily: there is no day of a project 'Q'\n"
    )


def test_a_late_click_updates_its_day(shop: Shop) -> None:
    """And the days after it; the same as if all were made anew."""
    first = next(s for s in SHOWINGS if s["arm"] == "B" and not s["clicked"])
    day = first["at"].date()
    sql = (
        'select "date", clicks, number_of_success, alpha, prob_best'
        " from gold.bandit_daily where bandit_id = 'B' order by 1"
    )
    before = shop.rows(sql)
    late = log_rows([first | {"clicked": True}])
    shop.take(bandit_transactions=feed("bandit_transactions", *late))
    after = shop.rows(sql)
    for old, new in zip(before, after, strict=True):
        assert new[1] == old[1] + (new[0] == day)
        assert new[2] == old[2] + (new[0] >= day)
        assert new[3] == old[3] + (new[0] >= day)
        assert (new[4] != old[4]) == (new[0] >= day)
    kept = shop.rows("select * from gold.bandit_daily order by 2, 3")
    shop.build("--full-refresh", "--select", "int_daily_impressions+")
    assert shop.rows("select * from gold.bandit_daily order by 2, 3") == kept


def test_days_stay_when_arms_join_move_and_leave(shop: Shop) -> None:
    """And what is worked out is the same as if all were made anew."""
    days = "select * from gold.bandit_daily where project_id = 'P' order by 2, 3"
    before = shop.rows(days)
    shop.take(
        bandits="""bandit_id,project_id,prior_alpha,prior_beta,retired_at
        new,P,,,
        B,P,,,2999-01-01T00:00:00
        Q2,S,2,30,
        """
    )
    assert shop.rows(days) == before
    now = {
        row[0]: row[1:]
        for row in shop.rows(
            "select bandit_id, project_id, is_retired, prob_best, next_weight"
            " from gold.bandit_posteriors"
        )
    }
    # a retirement that is to come is none yet
    assert now["B"][1] is False and now["B"][2] > 0
    assert now["new"][:2] == ("P", False)
    assert now["Q2"][0] == "S"
    for project in ("P", "Q", "S"):
        race = [row for row in now.values() if row[0] == project and not row[1]]
        assert sum(row[2] for row in race) == pytest.approx(1, abs=1e-9)
        assert sum(row[3] for row in race) == pytest.approx(1, abs=1e-9)
    tables = ("bandit_daily", "bandit_posteriors", "bandit_policy_value")
    kept = [shop.rows(f"select * from gold.{table} order by all") for table in tables]
    shop.build("--full-refresh", "--select", "int_daily_impressions+")
    for table, rows in zip(tables, kept, strict=True):
        assert shop.rows(f"select * from gold.{table} order by all") == rows

"""Posteriors of arms by numeric integration in SQL, against SciPy and closed forms.

An arm never shown has its prior as posterior, so priors alone make every posterior.
"""

import math
from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from postgres_shop import PostgresShop
from shop import Shop

MOST = 10**8
# Posteriors of the arms of a project, as alpha and beta.
RACES: dict[str, list[tuple[float, float]]] = {
    "one": [(1, 1)],
    "even": [(1, 1), (1, 1)],
    "two": [(6, 156), (16, 232)],
    "demo": [(6, 156), (116, 469), (16, 232)],
    "weak priors": [(0.5, 0.5), (2, 3)],
    "weakest priors": [(0.5, 0.5), (0.5, 5)],
    "wide and narrow": [(5, 100), (MOST / 100, MOST / 5)],
    "many showings": [
        (0.05 * MOST, 0.95 * MOST),
        (0.05 * MOST + 3_000, 0.95 * MOST - 3_000),
        (1, 1),
    ],
    "hardly clicked": [(1, MOST), (2, MOST)],
    "always clicked": [(MOST, 1), (MOST, 2)],
    "far apart": [(MOST, 1), (1, MOST)],
    "some": [(5, 100), (30, 420), (7, 100), (65, 1_000), (2, 11)],
    "a dozen": [(1 + 3**n % 17, 20 + 7**n % 301) for n in range(12)],
    "fifty": [(1, 1)] * 50,
    "fifty others": [(1 + n, 1_000) for n in range(50)],
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
SHARES = (1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)


@pytest.fixture(
    scope="module",
    params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def races(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """Rows of bandit_posteriors for each race, in the order of its arms."""
    folder = tmp_path_factory.mktemp("races")
    if request.param == "postgres":
        shop: Shop = PostgresShop(folder, request.getfixturevalue("postgres_server"))
    else:
        shop = Shop(folder)
    projects = "\n".join(f"{name},{name},,{len(arms)}" for name, arms in RACES.items())
    arms = "\n".join(
        f"{name} {place:02d},{name},{float(alpha)!r},{float(beta)!r}"
        for name, shapes in RACES.items()
        for place, (alpha, beta) in enumerate(shapes)
    )
    delivery = shop.delivery(
        projects="project_id,project_name,project_description,number_of_bandits\n"
        + projects,
        bandits="bandit_id,project_id,prior_alpha,prior_beta\n" + arms,
    )
    target = ("--target", request.param)
    landed = shop.script("land.py", *target, delivery)
    assert landed.returncode == 0, landed.stderr
    shop.build("--select", "+bandit_posteriors", "+bandit_next_allocation")
    columns = (
        "project_id", "bandit_id", "alpha", "beta", "mean", "ci_low", "ci_high",
        "prob_best", "expected_loss", "next_weight", "n",
    )  # fmt: skip
    found = defaultdict(list)
    for row in shop.rows(
        f"select {', '.join(columns)} from gold.bandit_posteriors order by bandit_id"
    ):
        found[row[0]].append(dict(zip(columns, row, strict=True)))
    return dict(found)


@cache
def expected(name: str) -> tuple[list[float], list[float]]:
    """Chances to be the best and expected losses, by quadrature over SciPy's Beta.

    Gauss and Legendre's rule over the click rate, in pieces between the quantiles of
    all arms.
    """
    arms = [stats.beta(alpha, beta) for alpha, beta in RACES[name]]
    inner = [end for arm in arms for end in (*arm.ppf(SHARES), *arm.isf(SHARES))]
    ends = np.unique([0.0, 1.0, *inner])
    half = np.diff(ends)[:, None] / 2
    rates = (ends[:-1, None] + half * (NODES + 1)).ravel()
    weights = (half * WEIGHTS).ravel()
    below = np.array([arm.cdf(rates) for arm in arms])
    chances, losses = [], []
    for place, arm in enumerate(arms):
        others = np.prod(np.delete(below, place, axis=0), axis=0)
        chances.append(float(weights @ (arm.pdf(rates) * others)))
        losses.append(float(weights @ (below[place] * (1 - others))))
    return chances, losses


def log_beta(a: float, b: float) -> float:
    """Logarithm of the Beta function."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@pytest.mark.parametrize("name", RACES)
def test_chances_and_losses_are_those_of_quadrature(
    races: dict[str, list[dict[str, Any]]], name: str
) -> None:
    chances, losses = expected(name)
    assert [row["n"] for row in races[name]] == [0] * len(RACES[name])
    found = [row["prob_best"] for row in races[name]]
    assert found == pytest.approx(chances, abs=1e-4)
    assert sum(found) == pytest.approx(1, abs=1e-9)
    loss = [row["expected_loss"] for row in races[name]]
    assert loss == pytest.approx(losses, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("name", RACES)
def test_intervals_are_those_of_scipy(
    races: dict[str, list[dict[str, Any]]], name: str
) -> None:
    for row, (alpha, beta) in zip(races[name], RACES[name], strict=True):
        arm = stats.beta(alpha, beta)
        assert row["mean"] == pytest.approx(alpha / (alpha + beta), rel=1e-12)
        width = arm.ppf(0.975) - arm.ppf(0.025)
        assert row["ci_low"] == pytest.approx(arm.ppf(0.025), abs=1e-4 * width)
        assert row["ci_high"] == pytest.approx(arm.ppf(0.975), abs=1e-4 * width)


def test_closed_forms(races: dict[str, list[dict[str, Any]]]) -> None:
    (one,) = races["one"]
    assert (one["prob_best"], one["expected_loss"]) == (1, 0)
    assert [row["prob_best"] for row in races["even"]] == pytest.approx([0.5, 0.5])
    # E[highest of k uniform rates] = k / (k + 1)
    for name, arms in (("even", 2), ("fifty", 50)):
        for row in races[name]:
            loss = arms / (arms + 1) - 1 / 2
            assert row["expected_loss"] == pytest.approx(loss, abs=1e-4)
    # the chance that B lies above A, a sum for whole alpha (Miller, Formulas for
    # Bayesian A/B testing, 2014)
    (alpha_a, beta_a), (alpha_b, beta_b) = RACES["two"]
    above = sum(
        math.exp(
            log_beta(alpha_a + i, beta_a + beta_b)
            - log_beta(1 + i, beta_b)
            - log_beta(alpha_a, beta_a)
        )
        / (beta_b + i)
        for i in range(int(alpha_b))
    )
    chances = [row["prob_best"] for row in races["two"]]
    assert chances == pytest.approx([1 - above, above], abs=1e-6)


def test_a_project_without_showings_is_shared_out_evenly(
    races: dict[str, list[dict[str, Any]]],
) -> None:
    for rows in races.values():
        assert [row["next_weight"] for row in rows] == pytest.approx(
            [1 / len(rows)] * len(rows)
        )

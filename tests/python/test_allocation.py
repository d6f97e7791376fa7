"""Arms are drawn with exactly the stored weights, and wrong figures are refused."""

from collections import Counter
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betainc, betaln, xlog1py, xlogy
from scipy.stats import chisquare

from clustr.allocation import Allocation, Assignment, Sharing, assign
from clustr.console import ClustrError

Posterior = tuple[float, float]
CLOSE: tuple[Posterior, ...] = ((40, 960), (50, 950), (55, 945), (12, 300))
CLEAR: tuple[Posterior, ...] = ((60, 940), (40, 960), (42, 958))
# The leader's probability is 1 to some fifteen digits.
CERTAIN: tuple[Posterior, ...] = ((900, 100), (100, 900), (110, 890))
DRAWS = 200_000
SURE = 1e-4


@cache
def prob_best(posteriors: tuple[Posterior, ...]) -> list[float]:
    """Probability that each arm leads, by quadrature: its density, all others below."""

    def leads(rate: float, i: int) -> float:
        others = [
            betainc(*posterior, rate)
            for j, posterior in enumerate(posteriors)
            if j != i
        ]
        a, b = posteriors[i]
        density = np.exp(xlogy(a - 1, rate) + xlog1py(b - 1, -rate) - betaln(a, b))
        return float(density * np.prod(others))

    middles = [a / (a + b) for a, b in posteriors]
    return [
        quad(leads, 0, 1, args=(i,), points=middles, limit=500)[0]
        for i in range(len(posteriors))
    ]


def next_weights(best: Sequence[float], sharing: Sharing) -> list[float]:
    """Share of the next showings by arm, from the probabilities that each leads."""
    spread = [p / (1 - p) for p in best]
    shares = [
        p * (sharing.top_two + (1 - sharing.top_two) * (sum(spread) - spread[i]))
        for i, p in enumerate(best)
    ]
    rest = 1 - len(best) * sharing.floor
    return [sharing.floor + rest * share for share in shares]


def arms_of(
    posteriors: Sequence[Posterior], weights: Sequence[float]
) -> list[Allocation]:
    return [
        Allocation(f"B{i}", *posterior, weight)
        for i, (posterior, weight) in enumerate(
            zip(posteriors, weights, strict=True), start=1
        )
    ]


def p_value(arms: Sequence[Allocation], drawn: Sequence[Assignment]) -> float:
    """Of the draws' frequencies beside the arms' weights."""
    counts = Counter(one.bandit_id for one in drawn)
    seen = np.array([counts[arm.bandit_id] for arm in arms])
    expected = len(drawn) * np.array([arm.next_weight for arm in arms])
    return float(chisquare(seen, expected, sum_check=False).pvalue)


@pytest.mark.parametrize("posteriors", [CLOSE, CLEAR, CLEAR[:2]])
@pytest.mark.parametrize(("floor", "top_two"), [(0, 0.5), (0.05, 0.5), (0.1, 0.8)])
def test_arms_are_drawn_with_exactly_their_weights(
    posteriors: tuple[Posterior, ...], floor: float, top_two: float
) -> None:
    sharing = Sharing(floor, top_two)
    weights = next_weights(prob_best(posteriors), sharing)
    assert sum(weights) == pytest.approx(1)
    arms = arms_of(posteriors, weights)
    drawn = assign(arms, np.random.default_rng(5), sharing, DRAWS)
    assert p_value(arms, drawn) > SURE
    known = {arm.bandit_id: arm.next_weight for arm in arms}
    assert all(one.propensity == known[one.bandit_id] for one in drawn[:1000])
    # the same draws do not pass for weights that are 2 points off
    off = [weights[0] + 0.02, weights[1] - 0.02, *weights[2:]]
    assert p_value(arms_of(posteriors, off), drawn) < 1e-9


def test_with_top_two_of_one_it_is_plain_thompson_sampling() -> None:
    best = prob_best(CLOSE)
    assert next_weights(best, Sharing(0, 1)) == pytest.approx(best)
    arms = arms_of(CLOSE, best)
    drawn = assign(arms, np.random.default_rng(2), Sharing(0, 1), DRAWS)
    assert p_value(arms, drawn) > SURE


def test_a_leader_that_never_loses_leaves_the_others_their_share() -> None:
    # nobody else ever leads; their weights say how the second place is shared
    arms = arms_of(CERTAIN, (0.5, 0.2, 0.3))
    drawn = assign(arms, np.random.default_rng(3), Sharing(0, 0.5), 4_000)
    assert p_value(arms, drawn) > SURE
    floored = Sharing(0.1, 0.5)
    arms = arms_of(CERTAIN, (0.1 + 0.7 * 0.5, 0.1 + 0.7 * 0.1, 0.1 + 0.7 * 0.4))
    drawn = assign(arms, np.random.default_rng(3), floored, 4_000)
    assert p_value(arms, drawn) > SURE
    # weights that leave them nothing: each has the same chance
    arms = arms_of(CERTAIN, (1, 0, 0))
    drawn = assign(arms, np.random.default_rng(3), Sharing(0, 0.5), 2_000)
    assert Counter(one.bandit_id for one in drawn)["B2"] == pytest.approx(500, abs=90)


def test_an_exploring_project_draws_its_weights_as_they_stand() -> None:
    arms = arms_of(CERTAIN, (0.2, 0.5, 0.3))
    sharing = Sharing(0.1, 0.5, is_exploring=True)
    assert p_value(arms, assign(arms, np.random.default_rng(1), sharing, DRAWS)) > SURE


def test_a_sole_arm_is_always_shown_and_no_draw_is_none() -> None:
    arms = arms_of(CLOSE[:1], (1.0,))
    rng = np.random.default_rng(1)
    assert assign(arms, rng, Sharing(0.05, 0.5), 2) == [Assignment("B1", 1.0)] * 2
    assert assign(arms, rng, Sharing(0.05, 0.5), 0) == []


def test_seeded_draws_repeat() -> None:
    arms = arms_of(CLOSE, next_weights(prob_best(CLOSE), Sharing(0.05, 0.5)))
    drawn = [
        assign(arms, np.random.default_rng(seed), Sharing(0.05, 0.5), 100)
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    ("arms", "sharing", "said"),
    [
        ([], Sharing(0, 0.5), "there is no arm"),
        ([Allocation("B1", 0, 1, 1)], Sharing(0, 0.5), "bandit B1: alpha is 0"),
        ([Allocation("B1", 1, np.nan, 1)], Sharing(0, 0.5), "bandit B1: beta is nan"),
        ([Allocation("B1", 1, 1, np.nan)], Sharing(0, 0.5), "next_weight nan does"),
        ([Allocation("B1", 1, 1, 0.9)], Sharing(0, 0.5), "adds up to 0.9, not 1"),
        ([Allocation("B1", 1, 1, 0.1)], Sharing(0.2, 0.5), "the floor 0.2 and 1"),
        (arms_of(CLOSE[:2], (0.6, 0.6)), Sharing(0.6, 0.5), "floor_share 0.6 is not"),
        (arms_of(CLOSE[:1], (1,)), Sharing(0, 0.4), "top_two 0.4 is not from 0.5"),
        (arms_of(CLOSE[:1], (1,)), Sharing(0, np.nan), "top_two nan is not"),
        (arms_of(CLOSE[:1], (1,)), Sharing(-0.1, 0.5), "floor_share -0.1 is not"),
    ],
)
def test_refuses_figures_that_cannot_be_drawn_from(
    arms: list[Allocation], sharing: Sharing, said: str
) -> None:
    with pytest.raises(ClustrError, match=said):
        assign(arms, np.random.default_rng(1), sharing)

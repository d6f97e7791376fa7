"""Worlds are as stated, and policies choose as an exact calculation of them does."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import beta, binom, chisquare

from simulating import world as simulated
from simulating.policies import parse_policy
from simulating.regret import replay, simulate
from simulating.world import Drift, Floats, Position, World, showings_of

Odds = tuple[float, ...]
Arm = tuple[int, int]
"""Showings and clicks of an arm."""
POSITIONS = (Position(0.5, 1.0), Position(0.3, 0.6), Position(0.2, 0.25))
# Of a fixed seed, so that no run fails by chance; and of luck that is not rare.
SURE = 1e-4


def rates_at(world: World, showing: int, runs: int, seed: int = 1) -> Floats:
    """True rates of the n-th showing, counted from 1."""
    *_, last = showings_of(world, showing, runs, seed)
    return last.rates


def test_positions_come_by_their_odds_and_multiply_the_click_rate() -> None:
    rate = 0.3
    shown, clicked = np.zeros(3), np.zeros(3)
    effects = np.array([place.effect for place in POSITIONS])
    for showing in showings_of(World((rate,), POSITIONS), 1_000, 200, seed=8):
        assert showing.rates.shape == (200, 1)
        hit = showing.lot < showing.rates[:, 0] * effects[showing.position]
        shown += np.bincount(showing.position, minlength=3)
        clicked += np.bincount(showing.position, hit, minlength=3)
    odds = np.array([place.odds for place in POSITIONS])
    assert chisquare(shown, 200_000 * odds).pvalue > SURE
    for place, n, k in zip(POSITIONS, shown, clicked, strict=True):
        tail = binom.sf(k - 1, n, rate * place.effect)
        assert SURE < tail < 1 - SURE, place


def test_clicks_and_regret_carry_the_mean_position_effect() -> None:
    world = World((0.2, 0.5), POSITIONS)
    effect = 0.5 + 0.3 * 0.6 + 0.2 * 0.25
    assert world.mean_effect == pytest.approx(effect)
    course = simulate(world, parse_policy("uniform"), 1_000, 400, 3)
    clicks = course.clicks[-1].sum()
    tail = binom.cdf(clicks, 400_000, effect * 0.35)
    assert SURE < tail < 1 - SURE
    lost = 0.3 * effect * (1 - course.best[-1])
    assert course.regret[-1] == pytest.approx(1_000 * lost)


def test_a_walk_spreads_each_logit_by_itself_as_stated() -> None:
    rates = (0.02, 0.05, 0.5)
    world = World(rates, drift=Drift(walk=0.4))
    assert (rates_at(world, 1, 2) == rates).all()
    # n showings later the variance is sd^2 n / 1,000
    for steps in (500, 1_000):
        moved = logit(rates_at(world, steps + 1, 2_000)) - logit(rates)
        deviation = 0.4 * np.sqrt(steps / 1_000)
        assert moved.std() == pytest.approx(deviation, rel=0.06)
        assert np.abs(moved.mean(axis=0)).max() < 5 * deviation / np.sqrt(2_000)
        assert np.abs(np.corrcoef(moved.T)[np.triu_indices(3, 1)]).max() < 0.1


def test_rates_of_nought_and_one_stay_when_others_walk() -> None:
    rates = rates_at(World((0.0, 0.4, 1.0), drift=Drift(walk=2.0)), 300, 10)
    assert (rates[:, 0] == 0).all() and (rates[:, 2] == 1).all()
    assert len(set(rates[:, 1])) == 10


def test_a_change_point_hands_rates_on_once() -> None:
    world = World((0.1, 0.2, 0.3), drift=Drift(change_after=4))
    for number, showing in enumerate(showings_of(world, 9, 2, 1), start=1):
        expected = (0.1, 0.2, 0.3) if number <= 4 else (0.2, 0.3, 0.1)
        assert (showing.rates == expected).all(), number


def test_luck_does_not_depend_on_how_much_is_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World((0.1, 0.2), POSITIONS, Drift(walk=0.5, change_after=7))
    course = [simulate(world, parse_policy("thompson"), 50, 6, 2)]
    monkeypatch.setattr(simulated, "BLOCK_CELLS", 40)
    course.append(simulate(world, parse_policy("thompson"), 50, 6, 2))
    for first, second in zip(*(vars(one).values() for one in course), strict=True):
        assert (first == second).all()


def test_equal_arms_lose_nothing_and_a_sole_arm_is_always_the_best() -> None:
    for rates in ((0.3, 0.3, 0.3), (0.3,)):
        for policy in ("uniform", "epsilon_greedy", "ucb1", "thompson"):
            course = simulate(World(rates), parse_policy(policy), 20, 5, 1)
            assert (course.regret == 0).all() and (course.best == 1).all()


def best_of(index: list[float]) -> Odds:
    """Even odds among the highest."""
    first = [float(value == max(index)) for value in index]
    return tuple(value / sum(first) for value in first)


def mean(arm: Arm) -> float:
    return arm[1] / arm[0] if arm[0] else np.inf


def uniform(_: int, arms: tuple[Arm, ...]) -> Odds:
    return (1 / len(arms),) * len(arms)


def greedy(epsilon: float, _: int, arms: tuple[Arm, ...]) -> Odds:
    best = best_of([mean(arm) for arm in arms])
    return tuple(epsilon / len(arms) + (1 - epsilon) * share for share in best)


def ucb1(c: float, showing: int, arms: tuple[Arm, ...]) -> Odds:
    index = [
        mean(arm) + np.sqrt(c * np.log(showing) / arm[0]) if arm[0] else np.inf
        for arm in arms
    ]
    return tuple(float(i == index.index(max(index))) for i in range(len(arms)))


def thompson(_: int, arms: tuple[Arm, ...]) -> Odds:
    """Of two arms, by a sum over a fine grid."""
    grid = (np.arange(4_000) + 0.5) / 4_000
    first, second = (beta(1 + k, 1 + n - k) for n, k in arms)
    leads = float(np.mean(first.pdf(grid) * second.cdf(grid)))
    return leads, 1 - leads


@pytest.mark.parametrize(
    ("name", "odds", "horizon"),
    [
        ("uniform", uniform, 7),
        ("epsilon_greedy:0.2", partial(greedy, 0.2), 7),
        ("ucb1:2", partial(ucb1, 2.0), 9),
        ("ucb1:0.3", partial(ucb1, 0.3), 9),
        ("thompson", thompson, 6),
    ],
)
def test_regret_is_that_of_every_course_weighed_by_its_probability(
    name: str, odds: Callable[[int, tuple[Arm, ...]], Odds], horizon: int
) -> None:
    rates = (0.3, 0.7)

    @cache
    def regret(showing: int, arms: tuple[Arm, ...]) -> float:
        if showing > horizon:
            return 0.0
        total = 0.0
        for i, share in enumerate(odds(showing, arms)):
            if share:
                after = total_of(showing, arms, i)
                total += share * (max(rates) - rates[i] + after)
        return total

    def total_of(showing: int, arms: tuple[Arm, ...], shown: int) -> float:
        """Regret still to come, over both outcomes of showing an arm."""
        n, k = arms[shown]
        both = [
            regret(showing + 1, (*arms[:shown], (n + 1, k + hit), *arms[shown + 1 :]))
            for hit in (0, 1)
        ]
        return rates[shown] * both[1] + (1 - rates[shown]) * both[0]

    runs = 10_000
    found = simulate(World(rates), parse_policy(name), horizon, runs, 11).regret[-1]
    error = found.std() / np.sqrt(runs)
    assert abs(found.mean() - regret(1, ((0, 0), (0, 0)))) < 4 * error


def test_ucb1_shows_each_arm_once_in_order_and_breaks_ties_to_the_first() -> None:
    # an arm that earns always is shown again only when the bonus of all has its turn
    rewards = np.zeros((4, 4))
    rewards[[0, 1, 2, 3], [0, 1, 2, 3]] = 1
    assert replay(rewards, parse_policy("ucb1"), 2, 1).tolist() == [4, 4]
    assert replay(np.ones((4, 4))[:, ::-1], parse_policy("ucb1"), 1, 1).tolist() == [4]
    rewards = np.array([[0.0, 0], [0, 0], [1, 0]])
    assert replay(rewards, parse_policy("ucb1"), 1, 1).tolist() == [1]


def test_epsilon_greedy_does_not_favour_an_arm_for_its_place() -> None:
    world = World((0.0, 0.0, 0.0, 1.0))
    for rates in (world.rates, world.rates[::-1]):
        course = simulate(World(rates), parse_policy("epsilon_greedy:0"), 1, 4_000, 6)
        assert course.best[0].mean() == pytest.approx(0.25, abs=0.03)

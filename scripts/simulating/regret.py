"""Run policies in a world, or over logged rewards, and measure what they lose."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from clustr.console import ClustrError
from generator.streams import Ints, stream
from simulating.policies import Policy, Record
from simulating.world import Floats, World, check_world, showings_of

POINTS = 200
LOW, HIGH = 0.025, 0.975
LIMITS = {
    "arms": (1, 1_000),
    "showings": (1, 10_000_000),
    "runs": (1, 10_000),
    "seed": (0, 2**32 - 1),
}


@dataclass(frozen=True)
class Course:
    """How a policy went: figures so far, by point (a showing) and run."""

    showing: Ints
    regret: Floats
    """Cumulative pseudo-regret in expected clicks, of shape (points, runs)."""
    best: Floats
    """Share of the showings that had a best arm of their moment, 0 to 1."""
    clicks: Floats
    """Clicks so far, whole numbers."""


def check_size(**sizes: int) -> None:
    """See that arms, showings, runs and seed are numbers that can be simulated.

    Raises
    ------
    ClustrError
        If one is outside its `LIMITS`.
    """
    for name, value in sizes.items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            raise ClustrError(f"--{name} {value}: must be from {least} to {most:,}")


def simulate(
    world: World, policy: Policy, showings: int, runs: int, seed: int
) -> Course:
    """Let a policy choose every showing of independent repeats of an experiment.

    The pseudo-regret of a showing is the highest true click rate at that moment less
    that of the arm shown, times the world's mean position effect: the clicks that are
    lost in expectation (Bubeck and Cesa-Bianchi, "Regret Analysis of Stochastic and
    Nonstochastic Multi-armed Bandit Problems", 2012, section 1). Position and drift
    are unknown to the policy. Depends on its arguments only.

    Parameters
    ----------
    world
        K arms.
    policy
        Chooses by what was shown and clicked before in the same run.
    showings, runs
        How many in a run, and how many runs; at least 1 each.
    seed
        0 or more. Policies of one seed meet the same positions, drift and luck.

    Returns
    -------
    Course
        At no more than 200 points, evenly spaced; the last is the last showing.

    Raises
    ------
    ClustrError
        If the world or the sizes cannot be simulated.
    """
    check_size(showings=showings, runs=runs)
    check_world(world, showings)
    points = np.unique(np.linspace(1, showings, min(POINTS, showings)).astype(np.int64))
    kept = np.zeros((3, len(points), runs))
    record = Record(*np.zeros((2, runs, len(world.rates))))
    effects = np.array([place.effect for place in world.positions])
    rng, row, point = stream(seed, f"simulate/{policy.name}"), np.arange(runs), 0
    regret, best, clicks = np.zeros((3, runs))
    everything = showings_of(world, showings, runs, seed)
    for number, showing in enumerate(everything, start=1):
        arm = policy.choose(record, number, rng)
        rate, highest = showing.rates[row, arm], showing.rates.max(axis=1)
        clicked = showing.lot < rate * effects[showing.position]
        record.shown[row, arm] += 1
        record.reward[row, arm] += clicked
        regret += highest - rate
        best += rate == highest
        clicks += clicked
        if number == points[point]:
            kept[:, point] = regret * world.mean_effect, best / number, clicks
            point += 1
    return Course(points, *kept)


def replay(rewards: Floats, policy: Policy, runs: int, seed: int) -> Floats:
    """Total reward of a policy over a table that knows every arm's reward.

    Every round counts, for the table says what any arm would have earned. (A log of
    what one arm earned would allow only the rounds in which the policy agrees.)

    Parameters
    ----------
    rewards
        0 or 1, of shape (rounds, arms); at least one of each.
    policy
        Chooses by what it earned before in the same run.
    runs, seed
        Repeats, which differ by the policy's own draws; and of what these are made.

    Returns
    -------
    Floats
        Total reward by run, 0 to rounds.
    """
    check_size(runs=runs)
    record = Record(*np.zeros((2, runs, rewards.shape[1])))
    rng, row = stream(seed, f"simulate/{policy.name}"), np.arange(runs)
    for number, reward in enumerate(rewards, start=1):
        arm = policy.choose(record, number, rng)
        record.shown[row, arm] += 1
        record.reward[row, arm] += reward[arm]
    total: Floats = record.reward.sum(axis=1)
    return total


def curve(policy: Policy, course: Course) -> pd.DataFrame:
    """A policy's course over its runs: one row per point.

    Columns `policy`, `showing`; `regret_mean`, its standard error `regret_error` (0
    for one run), the 95 % band of the runs `regret_low` to `regret_high` (quantiles
    0.025 and 0.975); `share_of_best` and `clicks_mean`, means over runs.
    """
    runs = course.regret.shape[1]
    spread = course.regret.std(axis=1, ddof=1) if runs > 1 else 0.0
    low, high = np.quantile(course.regret, [LOW, HIGH], axis=1)
    return pd.DataFrame(
        {
            "policy": policy.name,
            "showing": course.showing,
            "regret_mean": course.regret.mean(axis=1),
            "regret_error": spread / np.sqrt(runs),
            "regret_low": low,
            "regret_high": high,
            "share_of_best": course.best.mean(axis=1),
            "clicks_mean": course.clicks.mean(axis=1),
        }
    )

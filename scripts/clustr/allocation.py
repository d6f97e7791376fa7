"""Draw the arm of a deal experiment from the stored figures of its posteriors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clustr.console import ClustrError

Ints = npt.NDArray[np.int64]

# Redraws for a second leader. One who is still alone then leads with a probability so
# near 1 that the stored weights share the second place as the posteriors do: no arm's
# probability is off by more than a hundred-thousandth.
REDRAWS = 200
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Allocation:
    """One arm: its posterior Beta(alpha, beta) and its share of the next showings."""

    bandit_id: str
    alpha: float
    beta: float
    next_weight: float


@dataclass(frozen=True)
class Sharing:
    """How the K arms of an experiment share its next showings."""

    floor: float
    """Share that each arm gets whatever its posterior, 0 to 1/K."""
    top_two: float
    """Probability of the leader of a draw, 0.5 to 1; 1 is plain Thompson sampling."""
    is_exploring: bool = False
    """Arms have too few showings: the weights hold, whatever the posterior says."""


@dataclass(frozen=True)
class Assignment:
    """The arm to show, and the probability with which it was drawn."""

    bandit_id: str
    propensity: float


def assign(
    arms: Sequence[Allocation],
    rng: np.random.Generator,
    sharing: Sharing,
    count: int = 1,
) -> list[Assignment]:
    """Draw arms by top-two Thompson sampling with a floor.

    With probability K floor each arm has the same chance. Else one draw from every
    posterior names a leader; it is shown with probability top_two, and otherwise all
    are drawn again until another arm leads, which is shown (Russo, "Simple Bayesian
    Algorithms for Best-Arm Identification", Operations Research 68, 2020). With p_i the
    probability that arm i leads, arm i is drawn with probability

        next_weight_i = floor + (1 - K floor) psi_i
        psi_i = p_i (top_two + (1 - top_two) sum over j != i of p_j / (1 - p_j))

    which is what the arms must have as `next_weight`. While a project is exploring,
    `next_weight` itself is drawn from. A sole arm is always shown.

    Parameters
    ----------
    arms
        K arms, in an order that stays the same if seeded draws are to repeat.
    rng
        Stream to draw from.
    sharing
        Of the arms' experiment.
    count
        Number of independent draws, 0 or more.

    Returns
    -------
    list
        One assignment per draw; its propensity is the `next_weight` of the arm.

    Raises
    ------
    ClustrError
        If there is no arm; a posterior, weight, the floor or top_two is out of range
        or not a number; the weights do not add up to 1 or lie below the floor.
    """
    check(arms, sharing)
    weights = np.array([arm.next_weight for arm in arms])
    if len(arms) == 1:
        drawn = np.zeros(count, dtype=np.int64)
    elif sharing.is_exploring:
        drawn = _weighted(weights, rng, count)
    else:
        drawn = _top_two(arms, sharing.top_two, weights - sharing.floor, rng, count)
        floored = rng.random(count) < len(arms) * sharing.floor
        drawn = np.where(floored, rng.integers(0, len(arms), count), drawn)
    return [Assignment(arms[i].bandit_id, arms[i].next_weight) for i in drawn.tolist()]


def check(arms: Sequence[Allocation], sharing: Sharing) -> None:
    """See that arms can be drawn from; ClustrError names what is wrong."""
    if not arms:
        raise ClustrError("there is no arm to assign")
    for arm in arms:
        for name, value in (("alpha", arm.alpha), ("beta", arm.beta)):
            if not 0 < value < math.inf:
                raise ClustrError(f"bandit {arm.bandit_id}: {name} is {value:g}")
        # written so that NaN, which compares false, is refused
        if not sharing.floor - TOLERANCE <= arm.next_weight <= 1 + TOLERANCE:
            raise ClustrError(
                f"bandit {arm.bandit_id}: next_weight {arm.next_weight:g} does not lie"
                f" between the floor {sharing.floor:g} and 1"
            )
    if not 0 <= sharing.floor <= (1 + TOLERANCE) / len(arms):
        raise ClustrError(
            f"floor_share {sharing.floor:g} is not from 0 to 1 by {len(arms)} arms"
        )
    if not 0.5 <= sharing.top_two <= 1:
        raise ClustrError(f"top_two {sharing.top_two:g} is not from 0.5 to 1")
    total = sum(arm.next_weight for arm in arms)
    if abs(total - 1) > TOLERANCE:
        raise ClustrError(
            f"next_weight of {len(arms)} arms adds up to {total:g}, not 1"
        )


def _top_two(
    arms: Sequence[Allocation],
    top_two: float,
    spare: npt.NDArray[np.float64],
    rng: np.random.Generator,
    count: int,
) -> Ints:
    """Draw by top-two Thompson sampling; `spare` are the weights less the floor."""

    def leaders(size: int) -> Ints:
        draws = rng.beta(
            [arm.alpha for arm in arms],
            [arm.beta for arm in arms],
            (size, len(arms)),
        )
        leading: Ints = np.argmax(draws, axis=1)
        return leading

    drawn = leaders(count)
    first = drawn.copy()
    waiting = np.flatnonzero(rng.random(count) >= top_two)
    for _ in range(REDRAWS):
        if not len(waiting):
            return drawn
        drawn[waiting] = leaders(len(waiting))
        waiting = waiting[drawn[waiting] == first[waiting]]
    for i in waiting:
        others = np.maximum(spare, 0)
        others[first[i]] = 0
        if not others.any():
            others[np.arange(len(arms)) != first[i]] = 1
        (drawn[i],) = _weighted(others, rng, 1)
    return drawn


def _weighted(
    weights: npt.NDArray[np.float64], rng: np.random.Generator, count: int
) -> Ints:
    """Draw positions with probabilities that are proportional to the weights."""
    return rng.choice(len(weights), size=(count,), p=weights / weights.sum())

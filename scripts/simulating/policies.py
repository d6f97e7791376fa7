"""Policies that choose the arm to show: uniform, epsilon-greedy, UCB1, Thompson."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from clustr.console import ClustrError
from generator.streams import Ints
from simulating.world import Floats

# Auer et al. 2002, figure 1; the Hoeffding bound at 1/n^4.
UCB1_C = 2.0
EPSILON = 0.1


@dataclass(frozen=True)
class Record:
    """What a policy knows: showings and rewards so far, each by run and arm."""

    shown: Floats
    reward: Floats

    @property
    def mean(self) -> Floats:
        """Mean reward of each arm by run; infinite for an arm not shown yet."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.shown > 0, self.reward / self.shown, np.inf)


Choose = Callable[[Record, int, np.random.Generator], Ints]
"""Chooses an arm in each run: from the record, the showing (from 1) and a stream."""


@dataclass(frozen=True)
class Policy:
    """A way to choose, and how it is written on the command line."""

    name: str
    choose: Choose


def uniform(record: Record, _: int, rng: np.random.Generator) -> Ints:
    """Each arm with the same probability."""
    runs, arms = record.shown.shape
    return rng.integers(0, arms, size=(runs,))


def epsilon_greedy(
    record: Record, showing: int, rng: np.random.Generator, epsilon: float
) -> Ints:
    """Any arm with probability epsilon, else the one of the best mean so far.

    Arms not shown yet come first and ties are broken at random: with rates of a few
    per cent all means are 0 for long, and one arm would be favoured for its place.
    """
    mean = record.mean
    is_best = mean == mean.max(axis=1, keepdims=True)
    greedy = np.argmax(is_best * (1 + rng.random(mean.shape)), axis=1)
    explores = rng.random(len(mean)) < epsilon
    arm: Ints = np.where(explores, uniform(record, showing, rng), greedy)
    return arm


def ucb1(record: Record, showing: int, _: np.random.Generator, c: float) -> Ints:
    """The arm of the highest mean + sqrt(c ln n / n_i), n the showing, n_i its own.

    Each arm is shown once first, in order; ties go to the first. Auer, Cesa-Bianchi
    and Fischer, "Finite-time Analysis of the Multiarmed Bandit Problem", Machine
    Learning 47, 2002, have c = 2.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        bonus = np.sqrt(c * math.log(showing) / record.shown)
    index = np.where(record.shown > 0, record.mean + bonus, np.inf)
    arm: Ints = np.argmax(index, axis=1)
    return arm


def thompson(record: Record, _: int, rng: np.random.Generator) -> Ints:
    """The arm that leads in one draw from each arm's Beta posterior.

    The prior is Beta(1, 1), rewards are 0 or 1. Thompson, Biometrika 25, 1933; as in
    Chapelle and Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011.
    """
    draws = rng.beta(1 + record.reward, 1 + record.shown - record.reward)
    arm: Ints = np.argmax(draws, axis=1)
    return arm


def _epsilon_greedy(epsilon: float) -> Choose:
    return lambda record, showing, rng: epsilon_greedy(record, showing, rng, epsilon)


def _ucb1(c: float) -> Choose:
    return lambda record, showing, rng: ucb1(record, showing, rng, c)


PLAIN: dict[str, Choose] = {"uniform": uniform, "thompson": thompson}
# name: how it is made from its parameter, the default, and the largest
TUNED = {
    "epsilon_greedy": (_epsilon_greedy, EPSILON, 1.0),
    "ucb1": (_ucb1, UCB1_C, math.inf),
}
DEFAULT_POLICIES = ("uniform", "epsilon_greedy", "ucb1", "thompson")


def parse_policy(text: str) -> Policy:
    """The policy written NAME or NAME:PARAMETER, such as `ucb1:1.5`.

    The parameter of `epsilon_greedy` is epsilon, 0 to 1 and 0.1 unless given; that of
    `ucb1` is c, 0 or more and 2 unless given. The others have none.

    Raises
    ------
    ClustrError
        If there is no such policy, or its parameter is not a number in range.
    """
    name, colon, parameter = text.partition(":")
    if name in PLAIN and not colon:
        return Policy(name, PLAIN[name])
    if name not in TUNED:
        known = ", ".join([*PLAIN, *(f"{tuned}[:NUMBER]" for tuned in TUNED)])
        raise ClustrError(f"--policies {text}: there are {known}")
    make, default, most = TUNED[name]
    try:
        value = float(parameter) if colon else default
    except ValueError:
        value = math.nan
    if not (0 <= value <= most and math.isfinite(value)):
        limits = "0 or more" if most == math.inf else f"between 0 and {most:g}"
        raise ClustrError(f"--policies {text}: {name}:NUMBER must be {limits}")
    return Policy(f"{name}:{value:g}", make(value))


def parse_policies(texts: list[str]) -> list[Policy]:
    """The policies in the order given.

    Raises
    ------
    ClustrError
        If one cannot be understood, or two are the same.
    """
    policies = [parse_policy(text) for text in texts]
    names = [policy.name for policy in policies]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ClustrError(f"--policies {texts[i]}: {name} is asked for twice")
    return policies

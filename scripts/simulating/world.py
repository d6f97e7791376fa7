"""The truth that a simulated experiment runs in: click rates, positions, drift."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from clustr.console import ClustrError
from generator.streams import Ints, stream

Floats = npt.NDArray[np.float64]

# Showings over which the drift's standard deviation is stated.
DRIFT_UNIT = 1_000
# Numbers held at once: memory stays the same however many runs there are.
BLOCK_CELLS = 2**20
ODDS_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Position:
    """A place on the page."""

    odds: float
    """Probability that a deal is shown here, whichever arm it is; 0 to 1."""
    effect: float
    """Multiplier on the click rate, 0 to 1: the probability of being looked at.

    The examination hypothesis of Craswell et al., "An Experimental Comparison of
    Click Position-Bias Models", WSDM 2008.
    """


@dataclass(frozen=True)
class Drift:
    """How true click rates move, each arm's by itself."""

    walk: float = 0.0
    """Random walk: standard deviation of an arm's logit after 1,000 showings."""
    change_after: int | None = None
    """Change point: after so many showings each arm takes the next arm's rate.

    The last arm takes the first one's.
    """


@dataclass(frozen=True)
class World:
    """True click rates at the start, one per arm, and what acts upon them."""

    rates: tuple[float, ...]
    positions: tuple[Position, ...] = (Position(1.0, 1.0),)
    drift: Drift = Drift()

    @property
    def mean_effect(self) -> float:
        """Expected position effect of a showing, 0 to 1."""
        return sum(place.odds * place.effect for place in self.positions)


@dataclass(frozen=True)
class Showing:
    """One showing in every run at once."""

    rates: Floats
    """True click rates by run and arm."""
    position: Ints
    """Place in the world's positions, by run."""
    lot: Floats
    """Uniform on [0, 1) by run: a deal is clicked when its rate lies above."""


def parse_position(text: str) -> Position:
    """The position written `ODDS:EFFECT`, such as `0.6:1`.

    Raises
    ------
    ClustrError
        If it is not two numbers with a colon between them.
    """
    try:
        odds, effect = (float(part) for part in text.split(":"))
    except ValueError as error:
        raise ClustrError(f"--positions {text}: not written ODDS:EFFECT") from error
    return Position(odds, effect)


def parse_drift(texts: Sequence[str]) -> Drift:
    """The drift written as `walk:SD`, `change:N` or both; no drift for none.

    Raises
    ------
    ClustrError
        If one is something else, or comes twice.
    """
    found: dict[str, str] = {}
    for text in texts:
        kind, _, size = text.partition(":")
        if kind in found:
            raise ClustrError(f"--drift {text}: {kind} is asked for twice")
        found[kind] = size
        try:
            {"walk": float, "change": int}[kind](size)
        except (KeyError, ValueError) as error:
            raise ClustrError(f"--drift {text}: not walk:SD or change:N") from error
    change = found.get("change")
    return Drift(float(found.get("walk", 0)), int(change) if change else None)


def check_world(world: World, showings: int) -> None:
    """See that a world can be simulated for so many showings.

    Raises
    ------
    ClustrError
        If there is no arm; a rate, odds or an effect lies outside 0 to 1 or is not a
        number; odds do not add up to 1 (to a millionth); the drift is negative or not
        finite, or its change point is not within the showings.
    """
    if not world.rates:
        raise ClustrError("--rates: there must be at least one arm, not 0")
    _check_shares("--rates", world.rates)
    _check_shares("--positions, odds", [place.odds for place in world.positions])
    _check_shares("--positions, effect", [place.effect for place in world.positions])
    total = sum(place.odds for place in world.positions)
    if abs(total - 1) > ODDS_TOLERANCE:
        raise ClustrError(f"--positions: odds must add up to 1, not {total:g}")
    walk, change = world.drift.walk, world.drift.change_after
    if not (np.isfinite(walk) and walk >= 0):
        raise ClustrError(f"--drift walk:{walk:g}: must be 0 or more, and finite")
    if change is not None and not 1 <= change < showings:
        raise ClustrError(
            f"--drift change:{change}: must be at least 1 and below the {showings}"
            " showings"
        )


def _check_shares(name: str, values: Sequence[float]) -> None:
    for value in values:
        # written so that NaN, which compares false, is refused
        if not 0 <= value <= 1:
            raise ClustrError(f"{name}: must lie between 0 and 1, not {value:g}")


def showings_of(world: World, count: int, runs: int, seed: int) -> Iterator[Showing]:
    """Make `count` showings of `runs` independent repeats, one showing at a time.

    They depend on the arguments only, never on what is then shown: every policy meets
    the same luck, so that policies differ by what they do.

    Parameters
    ----------
    world
        K arms; checked before by `check_world`.
    count, runs
        At least 1 each.
    seed
        0 or more.

    Yields
    ------
    Showing
        `rates` of shape (runs, K), `position` and `lot` of shape (runs,). The first
        has the world's own rates; the walk is a step further in each one after it.
    """
    names = ("positions", "clicks", "drift")
    places, clicks, steps = (stream(seed, f"simulate/{name}") for name in names)
    edges = np.cumsum([place.odds for place in world.positions])[:-1]
    state: Floats = np.tile(np.array(world.rates), (runs, 1))
    block = max(1, BLOCK_CELLS // state.size)
    for start in range(0, count, block):
        size = min(block, count - start)
        position = np.searchsorted(edges, places.random((size, runs)), side="right")
        lots = clicks.random((size, runs))
        for i in range(size):
            if start + i == world.drift.change_after:
                state = np.roll(state, -1, axis=1)
            yield Showing(state, position[i].astype(np.int64), lots[i])
            if world.drift.walk:
                state = _step(state, world.drift.walk, steps)


def _step(rates: Floats, walk: float, rng: np.random.Generator) -> Floats:
    """Rates a showing later; those of exactly 0 or 1 stay, their logit is infinite."""
    noise = rng.normal(0.0, walk / np.sqrt(DRIFT_UNIT), rates.shape)
    moved: Floats = expit(logit(rates) + noise)
    return moved

"""The deals app: users, experiments, arms with true click rates, and the log."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from generator.days import DAY_SECONDS, Days, draw_seconds
from generator.groups import Group
from generator.people import People
from generator.settings import Settings
from generator.streams import Ints, chance, draw, stream

PROJECTS = (
    ("Welcome banner", "Which greeting, and which colour, makes newcomers look", 3),
    ("Cart reminder", 'Nudge for a forgotten cart ("still thinking?")', 4),
    ("Bundle offer", "Which set is shown below a product", 5),
    ("Weekend deal", "Discount, free shipping or gift: what draws a click", 6),
)
BUNDLE_PROJECT = 3
ARM_NAMES = ("Plain", "Bold", "Picture", "Countdown", "Friendly", "Surprise")
USER_SHARE = 800
POSITIONS = (30, 25, 20, 15, 10)

# Experiments made up in numbers: arms of each, and the distribution of click rates, of
# which they are told as prior.
MOST_ARMS = 8
PRIOR = (2, 30)
# Propensities are in ten-thousandths, click rates in millionths; the four above have
# theirs in whole thousandths.
WHOLE, FLOOR = 10_000, 500
MILLION, THOUSAND = 1_000_000, 1_000
BEST_LOW, BEST_HIGH, OTHER_LOW = 150, 201, 20
OTHER_SHARE_OF_BEST = 55
# Exploration, then two ever steeper leanings towards the better arms.
STAGES = ((25, 0), (60, 1), (100, 2))


@dataclass(frozen=True)
class Deals:
    """The four tables of the feed; `arms` adds the true click rates, in millionths.

    Of an arm that offers a bundle, `rule_from` and `rule_to` are the positions of the
    bundle's first product and of its second; -1 for all others.
    """

    users: pd.DataFrame
    projects: pd.DataFrame
    arms: pd.DataFrame
    showings: pd.DataFrame


def build_deals(
    settings: Settings, days: Days, people: People, groups: list[Group]
) -> Deals:
    """Make the deals feed; the arms of one project offer the planted bundles."""
    seed, count = settings.seed, settings.showings
    users = _users(seed, people)
    many = settings.experiments
    arms = _many_arms(seed, many) if many else _arms(seed)
    projects = arms.groupby("project").size()
    second = stream(seed, "showings/day").integers(0, days.count, count) * DAY_SECONDS
    second += draw_seconds(stream(seed, "showings/seconds"), count)
    second.sort()
    project = stream(seed, "showings/project").integers(0, len(projects), count)
    arm, propensity = _choose(seed, arms, project, second, days)
    rate = arms["rate"].to_numpy()[arm]
    step = 1 if many else THOUSAND
    luck = stream(seed, "showings/click").integers(0, MILLION // step, count)
    clicked = luck * step < rate
    user = stream(seed, "showings/user").integers(0, len(users), count)
    position = draw(stream(seed, "showings/position"), POSITIONS, count) + 1
    showings = pd.DataFrame(
        {
            "number": np.arange(1, count + 1, dtype=np.int64),
            "customer": users["number"].to_numpy()[user],
            "project": arms["project"].to_numpy()[arm],
            "arm": arms["arm"].to_numpy()[arm],
            "ts": days.first_second + second,
            "clicked": clicked.astype(np.int8),
            "propensity": propensity,
            "position": position,
        }
    )
    wins = np.bincount(arm, clicked, len(arms)).astype(np.int64)
    arms = arms.assign(wins=wins, shown=np.bincount(arm, minlength=len(arms)))
    arms = _offer_bundles(arms, groups)
    numbers = projects.index.to_numpy(dtype=np.int64)
    widths = projects.to_numpy(dtype=np.int64)
    named = pd.DataFrame({"number": numbers, "arms": widths})
    return Deals(users, named, arms, showings)


def _users(seed: int, people: People) -> pd.DataFrame:
    signed_up = chance(stream(seed, "users"), USER_SHARE, len(people.frame))
    signed_up[0] = True
    columns = ["number", "first_name", "last_name", "first_slug", "last_slug"]
    return people.frame.loc[signed_up, columns].reset_index(drop=True)


def _arms(seed: int) -> pd.DataFrame:
    rng, parts = stream(seed, "arms"), []
    for number, (_, _, width) in enumerate(PROJECTS, start=1):
        best = int(rng.integers(BEST_LOW, BEST_HIGH))
        most = best * OTHER_SHARE_OF_BEST // 100
        rates = rng.integers(OTHER_LOW, most + 1, width)
        winner = int(rng.integers(0, width))
        rates[winner] = best
        part = pd.DataFrame({"arm": np.arange(1, width + 1), "rate": rates * THOUSAND})
        part["project"], part["is_best"] = number, part["arm"] == winner + 1
        parts.append(part)
    return pd.concat(parts, ignore_index=True).assign(prior_alpha=1, prior_beta=1)


def _many_arms(seed: int, experiments: int) -> pd.DataFrame:
    rng = stream(seed, "experiments")
    width = rng.integers(2, MOST_ARMS + 1, experiments)
    project = np.repeat(np.arange(1, experiments + 1), width)
    arms = pd.DataFrame({"project": project})
    arms["arm"] = arms.groupby("project").cumcount() + 1
    arms["rate"] = np.ceil(rng.beta(*PRIOR, len(arms)) * MILLION).astype(np.int64)
    best = arms.groupby("project")["rate"].transform("max")
    arms["is_best"] = arms["rate"] == best
    return arms.assign(prior_alpha=PRIOR[0], prior_beta=PRIOR[1])


def _offer_bundles(arms: pd.DataFrame, groups: list[Group]) -> pd.DataFrame:
    bundles = [group.products for group in groups if group.kind == "bundle"]
    offers = np.full((len(arms), 2), -1, dtype=np.int64)
    places = np.flatnonzero(arms["project"] == BUNDLE_PROJECT)
    for place, products in zip(places, bundles, strict=False):
        offers[place] = products[:2]
    return arms.assign(rule_from=offers[:, 0], rule_to=offers[:, 1])


def _choose(
    seed: int, arms: pd.DataFrame, project: Ints, second: Ints, days: Days
) -> tuple[Ints, Ints]:
    """Choose an arm for each showing, with exactly the odds that are logged."""
    lot = stream(seed, "showings/arm").integers(0, WHOLE, len(project))
    elapsed = second * 100 // (days.count * DAY_SECONDS)
    stage = np.searchsorted([end for end, _ in STAGES], elapsed, side="right")
    arm, propensity = np.zeros_like(project), np.zeros_like(project)
    for number in range(int(arms["project"].max())):
        members = np.flatnonzero(arms["project"].to_numpy() == number + 1)
        rates = arms["rate"].to_numpy()[members]
        for place, (_, power) in enumerate(STAGES):
            here = np.flatnonzero((project == number) & (stage == place))
            odds = _odds(rates, power)
            choice = np.searchsorted(np.cumsum(odds), lot[here], side="right")
            arm[here], propensity[here] = members[choice], odds[choice]
    return arm, propensity


def _odds(rates: Ints, power: int) -> Ints:
    """Odds in ten-thousandths, each at least the floor, adding up to the whole."""
    merit = rates**power
    odds: Ints = FLOOR + (WHOLE - FLOOR * len(rates)) * merit // merit.sum()
    odds[int(np.argmax(rates))] += WHOLE - odds.sum()
    return odds

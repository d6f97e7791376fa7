"""The days of a replay: what is delivered, what is built, and what is killed."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarking.stages import SCRIPTS
from clustr.console import ClustrError
from proving.commands import Command, Workshop

KINDS = ("new", "late", "repeated", "corrected", "deleted")
LANDINGS_AMONG_KILLS = 0.2
# Moments at which to kill, as shares of how long the last such command took.
EARLIEST, LATEST = 0.05, 0.95


@dataclass(frozen=True)
class Kill:
    """A kill to come: of the landing or the build, after a share of its usual time."""

    of: Literal["land", "build"]
    moment: float


@dataclass(frozen=True)
class Step:
    """One day of the plan: whether it ends with a build, and what is killed in it."""

    day: int
    is_built: bool
    kill: Kill | None


@dataclass(frozen=True)
class Day:
    """A delivery: its folder, the feeds marked complete, and its rows by kind."""

    folder: Path
    complete: tuple[str, ...]
    rows: dict[str, int]


def make_plan(days: int, kills: int, cuts: int, seed: int) -> list[Step]:
    """Choose the days without a build and those in which something is killed.

    The last day is always built, and there is at most one kill on a day.

    Parameters
    ----------
    days
        Number of days, at least 1.
    kills
        Number of days with a kill, at most the number of days with a build.
    cuts
        Number of days that are landed and not built, below `days`.
    seed
        The same plan for the same seed.

    Raises
    ------
    ClustrError
        If there are not enough days for so many cuts or kills.
    """
    if cuts >= days:
        raise ClustrError(f"--cut {cuts}: of {days} days the last one must be built")
    if kills > days - cuts:
        raise ClustrError(f"--kill {kills}: only {days - cuts} days have a build")
    rng = np.random.default_rng(seed)
    queued = {int(day) for day in rng.permutation(np.arange(1, days))[:cuts]}
    built = [day for day in range(1, days + 1) if day not in queued]
    chosen = {int(day) for day in rng.permutation(built)[:kills]}
    steps = []
    for day in range(1, days + 1):
        is_landing, moment = rng.random(2)
        kill = Kill(
            of="land" if is_landing < LANDINGS_AMONG_KILLS else "build",
            moment=EARLIEST + (LATEST - EARLIEST) * float(moment),
        )
        steps.append(Step(day, day not in queued, kill if day in chosen else None))
    return steps


def make_day(workshop: Workshop, number: int, arguments: Sequence[str]) -> Day:
    """Generate the delivery of a day.

    Raises
    ------
    ClustrError
        If it cannot be generated, or says nothing of its rows.
    """
    folder = workshop.folder / f"day_{number:02}"
    command: Command = (
        *(sys.executable, str(SCRIPTS / "generate_data.py")),
        *("--day", str(number), "--out", str(folder)),
        *arguments,
    )
    workshop.run("generate_data", command)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    try:
        rows = {kind: int(manifest["day"]["rows"][kind]) for kind in KINDS}
        return Day(folder, tuple(manifest["complete"]), rows)
    except KeyError as error:
        raise ClustrError(f"{folder}/manifest.json: {error} is missing") from error

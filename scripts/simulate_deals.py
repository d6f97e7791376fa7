"""Simulate deal experiments: how many clicks each policy loses to the best arm.

    python scripts/simulate_deals.py --out simulated
    python scripts/simulate_deals.py --rates 0.02 0.03 0.08 --policies uniform ucb1:1.5
    python scripts/simulate_deals.py --drift walk:0.1 --positions 0.6:1 0.4:0.5
    python scripts/simulate_deals.py --log rewards.csv.gz --policies ucb1:1.5 thompson

Every policy runs many times over the same arms and the same luck. Printed is its
regret: the clicks it loses in expectation by not showing the best arm. `--out` writes
regret.csv and regret.png; the same arguments give the same CSV. `--log` runs the
policies over a table that knows what each arm would have earned in each round.
Exit code 0: done; 2: could not run.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from clustr.console import EXIT_OK, ClustrError, fail, progress
from clustr.text import in_columns
from simulating.chart import regret_chart
from simulating.log import RewardLog, read_reward_log
from simulating.policies import DEFAULT_POLICIES, Policy, parse_policies
from simulating.regret import check_size, curve, replay, simulate
from simulating.world import (
    Floats,
    World,
    check_world,
    parse_drift,
    parse_position,
)

CSV, PNG, PART = "regret.csv", "regret.png", ".part"
LOWEST, HIGHEST, ARMS = 0.02, 0.08, 6
SHOWINGS, RUNS = 20_000, 200
OF_A_WORLD = ("rates", "arms", "showings", "positions", "drift", "out")
HEADINGS = ("policy", "regret", "95 % of runs", "of uniform", "best arm", "clicks")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; what was not given is None."""
    parser = argparse.ArgumentParser(
        prog="simulate_deals.py", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("--rates", type=float, nargs="*", metavar="RATE", help="true click rate by arm")
    add(
        "--arms",
        type=int,
        metavar="K",
        help=f"arms at even steps from {LOWEST} to {HIGHEST}; default: {ARMS}",
    )
    add("--showings", type=int, metavar="N", help=f"of a run; default: {SHOWINGS}")
    add("--runs", type=int, default=RUNS, metavar="N", help="default: %(default)s")
    add(
        "--positions",
        nargs="+",
        metavar="ODDS:EFFECT",
        help="odds of each position, and what it multiplies the click rate by",
    )
    add(
        "--drift",
        nargs="+",
        metavar="KIND:SIZE",
        help="walk:SD, the deviation of an arm's logit after 1,000 showings; "
        "change:N, after N showings each arm takes the next one's rate",
    )
    add("--seed", type=int, default=42, metavar="N", help="default: %(default)s")
    add(
        "--policies",
        nargs="+",
        default=list(DEFAULT_POLICIES),
        metavar="NAME",
        help="uniform, epsilon_greedy[:EPSILON], ucb1[:C], thompson; default: all",
    )
    add("--out", type=Path, metavar="DIR", help="where to write the CSV and the PNG")
    add("--log", type=Path, metavar="FILE", help="CSV of rewards, .gz or not")
    return parser.parse_args(argv)


def asked_world(arguments: argparse.Namespace) -> World:
    """The world of the command line.

    Raises
    ------
    ClustrError
        If an argument has no meaning, or `--arms` is not the number of `--rates`.
    """
    rates, arms = arguments.rates, arguments.arms
    if rates is None:
        arms = ARMS if arms is None else arms
        check_size(arms=arms)
        rates = np.linspace(LOWEST, HIGHEST, arms).tolist()
    elif arms is not None and arms != len(rates):
        raise ClustrError(f"--arms {arms}: --rates names {len(rates)}")
    positions = [parse_position(text) for text in arguments.positions or ["1:1"]]
    return World(tuple(rates), tuple(positions), parse_drift(arguments.drift or []))


def heading(world: World, runs: int, seed: int) -> str:
    """What is simulated, in one line."""
    low, high = min(world.rates), max(world.rates)
    parts = [
        f"Mean of {runs:,} runs; bands hold 95 % of them",
        f"{len(world.rates)} arms, click rates {100 * low:.3g} to {100 * high:.3g} %",
    ]
    if len(world.positions) > 1:
        parts.append(f"{len(world.positions)} positions")
    if world.drift.walk:
        parts.append(f"logits walk {world.drift.walk:g}")
    if world.drift.change_after:
        parts.append(f"change after {world.drift.change_after:,}")
    return "; ".join([*parts, f"seed {seed}"])


def regret_table(curves: Sequence[pd.DataFrame]) -> str:
    """The last point of each curve; beside uniform where that is among them."""
    ends = [curve.iloc[-1] for curve in curves]
    uniform = [end["regret_mean"] for end in ends if end["policy"] == "uniform"]
    cells = [HEADINGS]
    for end in ends:
        regret, error = end["regret_mean"], end["regret_error"]
        share = f"{regret / uniform[0]:.1%}" if uniform and uniform[0] else "-"
        cells.append(
            (
                end["policy"],
                f"{regret:,.1f} +- {error:.1f}",
                f"{end['regret_low']:,.1f} to {end['regret_high']:,.1f}",
                share,
                f"{end['share_of_best']:.1%}",
                f"{end['clicks_mean']:,.1f}",
            )
        )
    return in_columns(cells, "lrrrrr")


def reward_table(log: RewardLog, policies: Sequence[Policy], totals: Floats) -> str:
    """Total rewards, of shape (policies, runs), beside the best single arm."""
    cells = [("policy", "total reward", "lowest", "highest")]
    for policy, total in zip(policies, totals, strict=True):
        figures = (f"{total.mean():,.1f}", f"{total.min():,.0f}", f"{total.max():,.0f}")
        cells.append((policy.name, *figures))
    sums = log.rewards.sum(axis=0)
    best = int(np.argmax(sums))
    line = f"always {log.arms[best]}: {sums[best]:,.0f} of {len(log.rewards):,} rounds"
    return f"{in_columns(cells, 'lrrr')}\n{line}"


def prepare(folder: Path) -> None:
    """Make the folder to write to, before minutes are spent on what goes there.

    Raises
    ------
    ClustrError
        If that cannot be.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ClustrError(f"--out {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK):
        raise ClustrError(f"--out {folder}: the folder is not writable")


def write(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files whole or, when one cannot be written, none.

    Raises
    ------
    ClustrError
        If a folder stands in the place of one.
    """
    parts = {name: folder / (name + PART) for name in contents}
    for name in contents:
        if (folder / name).is_dir():
            raise ClustrError(f"--out {folder / name}: is a folder")
    try:
        for name, part in parts.items():
            part.write_bytes(contents[name])
        for name, part in parts.items():
            part.replace(folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def run_log(arguments: argparse.Namespace, policies: Sequence[Policy]) -> None:
    """Run the policies over the log and print what they earn."""
    for name in OF_A_WORLD:
        if getattr(arguments, name) is not None:
            raise ClustrError(f"--{name}: does not go with --log")
    log = read_reward_log(arguments.log)
    totals = [replay(log.rewards, p, arguments.runs, arguments.seed) for p in policies]
    print(reward_table(log, policies, np.array(totals)))


def run_world(arguments: argparse.Namespace, policies: Sequence[Policy]) -> None:
    """Simulate the policies, print what they lose, and write it where asked."""
    showings = SHOWINGS if arguments.showings is None else arguments.showings
    runs, seed, folder = arguments.runs, arguments.seed, arguments.out
    world = asked_world(arguments)
    check_size(showings=showings, runs=runs)
    check_world(world, showings)
    if folder:
        prepare(folder)
    curves = []
    for policy in policies:
        progress(f"simulating {policy.name} ...")
        curves.append(curve(policy, simulate(world, policy, showings, runs, seed)))
    print(f"{heading(world, runs, seed)}\n\n{regret_table(curves)}")
    if folder:
        frame = pd.concat(curves)
        text = frame.to_csv(index=False, float_format="%.6f", lineterminator="\n")
        chart = regret_chart(curves, heading(world, runs, seed))
        write(folder, {CSV: text.encode(), PNG: chart})
        print(f"\nwritten: {folder / CSV}, {folder / PNG}")


def main(argv: Sequence[str] | None = None) -> int:
    """Simulate or replay; return the exit code."""
    arguments = parse_arguments(argv)
    try:
        policies = parse_policies(arguments.policies)
        check_size(runs=arguments.runs, seed=arguments.seed)
        (run_log if arguments.log else run_world)(arguments, policies)
    except (ClustrError, OSError) as error:
        return fail(error)
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Draw the next arm to show in a deal experiment, with its probability.

    python scripts/assign_deal.py P0001
    python scripts/assign_deal.py P0001 --customer C000042
    python scripts/assign_deal.py P0001 --count 1000 --seed 7 --target postgres

Reads gold.bandit_next_allocation and changes nothing. Prints one JSON line per draw:
log its `propensity` and `version` with the showing, for the next figures need them. A
customer gets the same arms again as long as the version of the figures stays.
Exit code 0: drawn; 2: could not.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clustr.allocation import Allocation, Sharing, assign
from clustr.console import EXIT_OK, ClustrError, fail
from clustr.contents import Ask, require_tables
from clustr.targets import add_target_argument, opened

TABLE = "gold.bandit_next_allocation"
FIGURES = ("alpha", "beta", "next_weight")
OF_PROJECT = ("floor_share", "top_two", "is_exploring", "allocation_version")
COLUMNS = ("bandit_id", *FIGURES, *OF_PROJECT)
MOST = 1_000_000


@dataclass(frozen=True)
class Project:
    """What is stored of an experiment."""

    arms: tuple[Allocation, ...]
    sharing: Sharing
    version: str


def read_project(ask: Ask, project_id: str) -> Project:
    """Read an experiment, its arms in the order of their ids.

    Raises
    ------
    ClustrError
        If it is not there, a figure is missing, or what belongs to all its arms
        differs between them.
    """
    # compared here, because a value cannot be bound and an id may hold anything
    sql = f"select project_id, {', '.join(COLUMNS)} from {TABLE}"
    found = [row[1:] for row in ask(sql) if row[0] == project_id]
    found.sort(key=lambda row: str(row[0]))
    if not found:
        raise ClustrError(f"{TABLE}: there is no project {project_id!r}")
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    for row in rows:
        for name, value in row.items():
            if value is None:
                bandit = f"project {project_id}, bandit {row['bandit_id']}"
                raise ClustrError(f"{TABLE}: {bandit}: {name} is missing")
    for name in OF_PROJECT:
        values = sorted({str(row[name]) for row in rows})
        if len(values) > 1:
            both = " and ".join(values[:2])
            raise ClustrError(f"{TABLE}: project {project_id}: {name} is {both}")
    arms = tuple(
        Allocation(str(row["bandit_id"]), *(float(row[name]) for name in FIGURES))
        for row in rows
    )
    first = rows[0]
    sharing = Sharing(
        float(first["floor_share"]),
        float(first["top_two"]),
        bool(first["is_exploring"]),
    )
    return Project(arms, sharing, str(first["allocation_version"]))


def stream_of(
    project_id: str, version: str, customer: str | None, seed: int | None
) -> np.random.Generator:
    """The stream to draw from: new each time without a customer and a seed.

    A customer's is named after project, version and customer, so that each customer
    has luck of their own and keeps it.
    """
    if customer is None:
        return np.random.default_rng(seed)
    name = json.dumps([project_id, version, customer, seed])
    digest = hashlib.sha256(name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="assign_deal.py", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("project", metavar="PROJECT", help="id of the experiment")
    add("--customer", metavar="ID", help="draw what this customer always gets")
    add("--count", type=int, default=1, metavar="N", help="draws; default: 1")
    add("--seed", type=int, metavar="S", help="the same draws each time")
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    if not 1 <= arguments.count <= MOST:
        parser.error(f"--count {arguments.count}: must be from 1 to {MOST:,}")
    if arguments.seed is not None and arguments.seed < 0:
        parser.error(f"--seed {arguments.seed}: must be 0 or more")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Print the draws; return the exit code."""
    arguments = parse_arguments(argv)
    project_id, customer = arguments.project, arguments.customer
    try:
        with opened(arguments.target, read_only=True) as warehouse:
            require_tables(warehouse.ask, warehouse.name, [TABLE])
            project = read_project(warehouse.ask, project_id)
        rng = stream_of(project_id, project.version, customer, arguments.seed)
        drawn = assign(project.arms, rng, project.sharing, arguments.count)
    except (ClustrError, OSError) as error:
        return fail(error)
    for one in drawn:
        figures = {"bandit_id": one.bandit_id, "propensity": one.propensity}
        version = {"version": project.version}
        print(json.dumps({"project_id": project_id} | figures | version))
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

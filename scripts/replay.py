"""Live through a shop's days, some builds killed on the way, and prove the outcome.

    python scripts/replay.py --days 30 --kill 10

Generates a delivery a day, with late, repeated, corrected and dirty rows, lands and
builds it in a warehouse of its own. Some builds are killed (SIGKILL) and run again,
some days are only landed. In the end every table must equal, row for row, what one
full refresh over the same raw rows gives, and the money must be what was generated.
Exit code 0: all of that holds; 1: it does not, and lines say where; 2: could not run.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail, progress
from clustr.work import work_folder
from generator.settings import PRESETS
from proving.commands import PARSE, Command, Workshop, build_command, land_command
from proving.comparison import differences
from proving.days import KINDS, Day, Step, make_day, make_plan
from proving.invariants import (
    RunLog,
    leftovers,
    logged_twice,
    read_batch_columns,
    read_run_log,
    successes_without_data,
    unfounded_successes,
    untrue_ends,
    watermarks_ahead,
)
from proving.money import wrong_figures
from proving.warehouses import TARGETS, Warehouse

FILE_NAME = "shop.duckdb"
HEADING = ("day", *KINDS, "rejected", "killed", "seconds")
REJECTED = "select count(*) from audit.rejected_rows"
DAILY, REFRESH = "the daily builds", "the full refresh"


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="replay.py", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("--days", type=int, default=30, metavar="N", help="default: 30")
    add("--kill", type=int, metavar="K", help="days with a kill; default: a third")
    add("--cut", type=int, metavar="C", help="days without a build; default: a sixth")
    add("--seed", type=int, default=42, help="of plan and data; default: 42")
    add("--target", choices=sorted(TARGETS), default="duckdb")
    add("--preset", choices=sorted(PRESETS), default="demo", help="default: demo")
    add(
        "--no-tests", action="store_true", help="leave the data tests out of the builds"
    )
    add(
        "--refresh-daily",
        action="store_true",
        help="compare with a full refresh after every build, not at the end alone",
    )
    add("--vars", metavar="YAML", help="variables of every build, as dbt takes them")
    add("--keep", type=Path, metavar="DIR", help="empty or new folder to work in, kept")
    arguments = parser.parse_args(argv)
    for name, least in (("days", 1), ("kill", 0), ("cut", 0), ("seed", 0)):
        value = getattr(arguments, name)
        if value is not None and value < least:
            parser.error(f"--{name} must be at least {least}, not {value}")
    if arguments.cut is None:
        arguments.cut = arguments.days // 6
    if arguments.kill is None:
        arguments.kill = arguments.days // 3
    return arguments


class Replay:
    """A warehouse on its way through the days, and the promises broken so far."""

    def __init__(
        self, workshop: Workshop, variables: Sequence[str], *, with_tests: bool
    ) -> None:
        self.workshop = workshop
        self.variables = variables
        self.build = build_command(*variables, with_tests=with_tests)
        # a first guess of what dbt needs to start; then what each command last took
        self.seconds = {"land": 1.0, "build": 10.0}
        self.rejected = 0
        self.kills = 0
        self.broken: dict[str, str] = {}
        # dbt keeps what it parsed here for all builds, and says where batches stand
        workshop.run("parse", [*PARSE, *variables])
        manifest = workshop.folder / "target" / "manifest.json"
        self.batch_columns = read_batch_columns(manifest)

    def run(self, name: str, command: Command) -> None:
        """Run a command to its end and remember how long it took."""
        self.seconds[name] = self.workshop.run(name, command)

    def check(self, day: int, killed: RunLog | None) -> RunLog:
        """Look for broken promises; after a complete build `killed` is the log before.

        Right after a kill it is None. Returns the log as it is now.
        """
        with self.workshop.warehouse.asking() as query:
            log = read_run_log(query)
            broken = watermarks_ahead(query, self.batch_columns)
            broken += successes_without_data(query)
            if killed is not None:
                broken += leftovers(query)
                broken += logged_twice(query)
                broken += untrue_ends(killed, log)
                broken += unfounded_successes(query)
        moment = "after the kill" if killed is None else "after the build"
        for line in broken:
            # what stays broken is said once, on its first day
            self.broken.setdefault(line, f"day {day}, {moment}: {line}")
        return log

    def live(self, step: Step, day: Day) -> str:
        """Land and build a day as planned; return what was killed, '' for nothing."""
        killed = ""
        commands = {"land": land_command(day.folder, day.complete)}
        if step.is_built:
            commands["build"] = self.build
        log = RunLog(())
        for name, command in commands.items():
            if step.kill and step.kill.of == name:
                after = self.workshop.kill(
                    f"killed_{name}", command, step.kill.moment * self.seconds[name]
                )
                killed = f"{name} at {after:.1f} s"
                self.kills += 1
                if self.workshop.warehouse.exists():
                    log = self.check(step.day, None)
            self.run(name, command)
        if step.is_built:
            self.check(step.day, log)
        return killed

    def compare_refreshed(self) -> list[str]:
        """Compare with one full refresh of the same raw rows; see `compare`."""
        refreshed = full_refresh(self.workshop, self.variables)
        return compare(self.workshop.warehouse, refreshed)

    def newly_rejected(self) -> int:
        """Rejected rows that the last build added."""
        with self.workshop.warehouse.asking() as query:
            ((count,),) = query(REJECTED)
        count, self.rejected = count - self.rejected, count
        return int(count)


def full_refresh(workshop: Workshop, variables: Sequence[str]) -> Warehouse:
    """Build all anew, elsewhere, from the same raw rows; return that warehouse."""
    folder = workshop.folder / "refresh"
    folder.mkdir(exist_ok=True)
    progress("building the same raw rows with one full refresh ...")
    copy = workshop.warehouse.copy_of_raw(folder / FILE_NAME)
    Workshop(folder, copy).run("build", build_command("--full-refresh", *variables))
    return copy


def compare(daily: Warehouse, refresh: Warehouse) -> list[str]:
    """Say which tables differ, one a line; empty when none does."""
    with daily.asking() as left, refresh.asking() as right:
        found = differences(left, right)
    return [difference.line(DAILY, REFRESH) for difference in found]


def in_line(cells: Sequence[object]) -> str:
    """One line of the table of days, every column as wide as its heading or more."""
    *numbers, killed, seconds = (str(cell) for cell in cells)
    return (
        "".join(f"{cell:>10}" for cell in numbers) + f"  {killed:<16}{seconds:>8}"
    ).rstrip()


def replay(folder: Path, arguments: argparse.Namespace) -> list[str]:
    """Live through all days, printing one line each; return every broken promise."""
    plan = make_plan(arguments.days, arguments.kill, arguments.cut, arguments.seed)
    workshop = Workshop(folder, TARGETS[arguments.target](folder / FILE_NAME))
    variables = ("--vars", arguments.vars) if arguments.vars else ()
    shop = Replay(workshop, variables, with_tests=not arguments.no_tests)
    knobs = ("--preset", arguments.preset, "--seed", str(arguments.seed))
    print(in_line(HEADING), flush=True)
    for step in plan:
        start = time.monotonic()
        day = make_day(workshop, step.day, knobs)
        killed = shop.live(step, day)
        rejected = str(shop.newly_rejected()) if step.is_built else "not built"
        rows = [day.rows[kind] for kind in KINDS]
        seconds = f"{time.monotonic() - start:.1f}"
        print(in_line([step.day, *rows, rejected, killed, seconds]), flush=True)
        if arguments.refresh_daily and step.is_built:
            for line in shop.compare_refreshed():
                said = f"day {step.day}: {line}"
                shop.broken[said] = said
    print(
        f"{arguments.days} days, {arguments.cut} of them not built, {shop.kills} kills"
    )
    with workshop.warehouse.asking() as query:
        wrong = wrong_figures(query)
    different = [] if arguments.refresh_daily else shop.compare_refreshed()
    return [*shop.broken.values(), *wrong, *different]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the replay; return its exit code."""
    arguments = parse_arguments(argv)
    try:
        with work_folder(arguments.keep) as folder:
            broken = replay(Path(folder), arguments)
    except (ClustrError, OSError) as error:
        return fail(error)
    if broken:
        print("\n".join(broken))
        print(f"verdict: DIFFERENT, {len(broken)} promises broken")
        return EXIT_CHECK_FAILED
    print("verdict: EQUAL to one full refresh, and the money is right")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Kill an incremental build after every SQL statement, and see that the next mends it.

    python scripts/chaos.py --jobs 2

A shop of a few rows takes two deliveries; the second build is killed (SIGKILL) after
its first statement, after its second, and so on. Statements that commit nothing leave
what the one before them left and are passed over, unless with --all. After each kill no
watermark may be ahead of its table and no logged success without its data; after one
more build all tables must be as without the kill, and the log must say what happened.
Nothing of the project's own warehouse is touched. Exit code 0: all of that holds; 1: it
does not somewhere, and lines say where; 2: could not run.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np

from clustr.console import EXIT_CHECK_FAILED, EXIT_OK, ClustrError, fail, progress
from clustr.text import in_columns
from clustr.work import work_folder
from proving.commands import Workshop, land_command
from proving.kill_points import FORK, Bench, Outcome, in_fork, parse
from proving.small_shop import (
    FIRST_DELIVERY,
    SECOND_COMPLETE,
    SECOND_DELIVERY,
    write_delivery,
)
from proving.statements import PHASES, phases
from proving.warehouses import TARGETS, Warehouse

FILE_NAME = "shop.duckdb"
HEADINGS = ("phase", "kill points", "converged", "diverged")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="chaos.py", description=__doc__.splitlines()[0]
    )
    add = parser.add_argument
    add("--sample", type=int, metavar="K", help="only K statements, spread evenly")
    add("--all", action="store_true", help="also after statements that commit nothing")
    add("--seed", type=int, default=42, help="where the sample begins; default: 42")
    add("--target", choices=sorted(TARGETS), default="duckdb")
    add("--jobs", type=int, default=1, metavar="J", help="attempts at once; default: 1")
    add("--markdown", type=Path, metavar="FILE", help="write the table there, too")
    add("--keep", type=Path, metavar="DIR", help="empty or new folder to work in, kept")
    arguments = parser.parse_args(argv)
    for name, least in (("sample", 1), ("jobs", 1), ("seed", 0)):
        value = getattr(arguments, name)
        if value is not None and value < least:
            parser.error(f"--{name} must be at least {least}, not {value}")
    return arguments


def spread(count: int, sample: int | None, seed: int) -> list[int]:
    """Numbers from 1 to `count`: all, or a sample of them evenly apart.

    The seed moves the sample within its gaps. Ascending, each number once.
    """
    if sample is None or sample >= count:
        return list(range(1, count + 1))
    gap = count / sample
    offset = np.random.default_rng(seed).uniform(0, gap)
    return [1 + int(offset + gap * place) for place in range(sample)]


def prepare(folder: Path, target: str) -> Warehouse:
    """Make the shop, its second delivery landed and not built; return its warehouse."""
    workshop = Workshop(folder, TARGETS[target](folder / FILE_NAME))
    start = workshop.warehouse
    bench = Bench(parse(workshop), start, workshop)
    first = write_delivery(folder / "first", FIRST_DELIVERY)
    second = write_delivery(folder / "second", SECOND_DELIVERY)
    workshop.run("land", land_command(first))
    in_fork(bench.build, folder / "build.log")
    workshop.run("land", land_command(second, SECOND_COMPLETE))
    return start


def bench_in(folder: Path, start: Warehouse) -> Bench:
    """A bench of its own: the project parsed for a copy of the same warehouse."""
    folder.mkdir()
    path = folder / FILE_NAME
    start.save(path)
    workshop = Workshop(folder, type(start)(path))
    return Bench(parse(workshop), start, workshop)


def attempts(
    benches: Sequence[Bench], numbers: Sequence[int], expected: dict[str, str]
) -> Iterator[Outcome]:
    """Try every kill point, one at a time on each bench; yields them as they end.

    Raises
    ------
    ClustrError
        If a bench breaks off.
    """

    def work(bench: Bench, share: Sequence[int], sender: Connection) -> None:
        for number in share:
            sender.send(bench.attempt(number, expected))
        sender.send(None)

    open_ends = []
    for place, bench in enumerate(benches):
        receiver, sender = FORK.Pipe(duplex=False)
        share = numbers[place :: len(benches)]
        FORK.Process(target=work, args=(bench, share, sender), daemon=False).start()
        sender.close()
        open_ends.append(receiver)
    while open_ends:
        for ready in wait(open_ends):
            assert isinstance(ready, Connection)
            try:
                outcome = ready.recv()
            except EOFError as error:
                raise ClustrError("a bench broke off; its message is above") from error
            if outcome is None:
                open_ends.remove(ready)
            else:
                yield outcome


def table(phase_of: Sequence[str], outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Kill points by phase and what came of them, headings and totals included."""
    tried = Counter(phase_of[outcome.number - 1] for outcome in outcomes)
    diverged = Counter(phase_of[o.number - 1] for o in outcomes if o.broken)
    rows = [list(HEADINGS)]
    for phase in PHASES:
        numbers = (tried[phase], tried[phase] - diverged[phase], diverged[phase])
        rows.append([phase, *map(str, numbers)])
    total, bad = len(outcomes), diverged.total()
    rows.append(["all", *map(str, (total, total - bad, bad))])
    return rows


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table as Markdown, numbers to the right."""
    heading, *body = rows
    rule = ["---", *("---:" for _ in heading[1:])]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heading, rule, *body))


def sweep(folder: Path, arguments: argparse.Namespace) -> bool:
    """Run the sweep and print what came of it; whether every point converged."""
    progress("building the shop ...")
    start = prepare(folder / "start", arguments.target)
    benches = [
        bench_in(folder / f"job_{number}", start) for number in range(arguments.jobs)
    ]
    seen, expected = benches[0].undisturbed()
    phase_of = phases(seen, benches[0].project.schemas)
    points = [
        number
        for number, statement in enumerate(seen, start=1)
        if statement.commits or arguments.all
    ]
    chosen = spread(len(points), arguments.sample, arguments.seed)
    numbers = [points[place - 1] for place in chosen]
    print(
        f"{len(seen)} statements in the build, {len(points)} to be killed after;"
        f" trying {len(numbers)}"
    )
    began = time.monotonic()
    outcomes = []
    for outcome in attempts(benches, numbers, expected):
        outcomes.append(outcome)
        progress(f"{len(outcomes)} of {len(numbers)}, {time.monotonic() - began:.0f} s")
        statement = seen[outcome.number - 1]
        for line in outcome.broken:
            text = " ".join(statement.text.split())[-60:]
            print(f"statement {outcome.number} ({statement.node} {text}): {line}")
    rows = table(phase_of, outcomes)
    print(in_columns(rows, "lrrr"))
    if arguments.markdown:
        arguments.markdown.write_text(as_markdown(rows), encoding="utf-8")
    return not any(outcome.broken for outcome in outcomes)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the sweep; return the exit code."""
    arguments = parse_arguments(argv)
    # semaphores of killed builds are cleared away at the end, with a warning each time
    os.environ.setdefault("PYTHONWARNINGS", "ignore::UserWarning")
    try:
        with work_folder(arguments.keep, in_memory=True) as folder:
            all_converged = sweep(Path(folder), arguments)
    except (ClustrError, OSError) as error:
        return fail(error)
    if all_converged:
        return EXIT_OK
    if not arguments.keep:
        print("with --keep DIR the logs of such kills stay")
    return EXIT_CHECK_FAILED


if __name__ == "__main__":
    sys.exit(main())

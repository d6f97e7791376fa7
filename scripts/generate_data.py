"""Make up a shop: seeded CSV or Parquet files and the answer key to them.

python scripts/generate_data.py --preset demo --seed 42 --out seeds
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from clustr.console import EXIT_OK, ClustrError, fail, progress
from clustr.feeds import load_feeds, load_truth_tables
from generator import GENERATOR_VERSION
from generator.daily.delivery import deliver_day
from generator.daily.plan import make_plan
from generator.delivery import all_paths, build_tables
from generator.settings import DEFAULT_START, PRESETS, Knobs, Settings, settle
from generator.writer import prepare_folder, write_tables

EPILOG = """\
examples:
  python scripts/generate_data.py --preset demo --seed 42 --out seeds
  python scripts/generate_data.py --preset enterprise --out /tmp/enterprise
  python scripts/generate_data.py --scale 10000000 --out /tmp/big
  python scripts/generate_data.py --day 2 --out /tmp/day_2

Day by day: day 1 is the opening delivery, with the calendar, the products, and the
customers and sales of the window's first two thirds. Each later day brings one day of
the last third: there are days 1 to 61 with --days 180, as in demo, and 1 to 21 with 60.
With dirt, rows come late (by up to 40 days), twice, wrong or dirty first and right
later; a few are deleted, from feeds that the manifest then lists under "complete".
truth/ is what holds once days 1 to N are in. With --day-share S each live day holds
that share of all sales, whatever a calendar day has; as for the benchmark:
  python scripts/generate_data.py --scale 10000000 --day 2 --day-share 0.001 --out DIR

The same arguments give the same bytes. exit codes: 0 done, 2 could not run.
"""


def parse_day(text: str) -> date:
    """Read a day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day") from error


@dataclass(frozen=True)
class Request:
    """Where to write, and which day of the shop: None for all of it in one delivery."""

    folder: Path
    day: int | None
    share: float | None


def parse_arguments(argv: list[str]) -> tuple[Knobs, Request]:
    """Read the command line: the knobs, and what to write where."""
    parser = argparse.ArgumentParser(
        prog="generate_data.py",
        description="Make up a shop: files of its feeds and the answer key to them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    add("--preset", choices=sorted(PRESETS), default="demo", help="default: demo")
    add("--seed", type=int, default=42, metavar="N", help="default: 42")
    add("--customers", type=int, metavar="N", help="number of customers")
    add("--products", type=int, metavar="N", help="number of products, 40 or more")
    add("--orders", type=int, metavar="N", help="orders of each sales feed")
    add("--days", type=int, metavar="N", help="length of the window")
    add(
        "--start-date",
        type=parse_day,
        default=DEFAULT_START,
        metavar="YYYY-MM-DD",
        help=f"first day; default: {DEFAULT_START}",
    )
    add("--dirt", type=float, metavar="RATE", help="dirty rows per clean row, 0 to 0.5")
    add(
        "--scale",
        type=int,
        metavar="LINES",
        help="demo's shape with exactly LINES order lines, as Parquet, without dirt "
        "unless --dirt asks for it",
    )
    add(
        "--format", choices=("csv", "parquet"), help="default: csv, or parquet at scale"
    )
    _add_days(parser)
    arguments = vars(parser.parse_args(argv))
    names = ("out", "day", "day_share")
    request = Request(*(arguments.pop(name) for name in names))
    return Knobs(**arguments), request


def _add_days(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--day", type=int, metavar="N", help="only the delivery of day N; see below")
    add(
        "--day-share",
        type=float,
        metavar="SHARE",
        help="share of all sales that each live day holds, such as 0.001; with --day",
    )


def describe(settings: Settings, request: Request) -> dict[str, object]:
    """Say what the files are a function of, for the manifest."""
    arguments = {**vars(settings), "start": settings.start.isoformat()}
    if request.day is not None:
        arguments |= {"day": request.day, "day_share": request.share}
    return {"generator_version": GENERATOR_VERSION, "arguments": arguments}


def generate(settings: Settings, request: Request) -> None:
    """Write every file of the settings to the folder."""
    if request.day is None and request.share is not None:
        raise ClustrError(f"--day-share {request.share}: goes with --day only")
    feeds, truth = load_feeds(), load_truth_tables()
    known, head = all_paths(feeds, truth), describe(settings, request)
    prepare_folder(request.folder, known)
    if request.day is None:
        progress(f"making up {settings.preset}, seed {settings.seed}")
        tables = build_tables(settings, feeds, truth)
    else:
        progress(f"making up day {request.day} of {settings.preset}")
        plan = make_plan(settings, request.day, request.share)
        delivery = deliver_day(plan, request.day, feeds, truth)
        tables, head = delivery.tables, head | delivery.head
    write_tables(request.folder, tables, head, known)


def main(argv: list[str]) -> int:
    """Run the command; return its exit code."""
    knobs, request = parse_arguments(argv)
    try:
        generate(settle(knobs), request)
    except (ClustrError, OSError, duckdb.Error) as error:
        return fail(error)
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Make up a shop: seeded CSV or Parquet files and the answer key to them.

python scripts/generate_data.py --preset demo --seed 42 --out seeds
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import duckdb

from clustr.console import EXIT_OK, ClustrError, fail, progress
from clustr.feeds import load_feeds, load_truth_tables
from generator import GENERATOR_VERSION
from generator.delivery import all_paths, build_tables
from generator.settings import DEFAULT_START, PRESETS, Knobs, Settings, settle
from generator.writer import prepare_folder, write_tables

EPILOG = """\
examples:
  python scripts/generate_data.py --preset demo --seed 42 --out seeds
  python scripts/generate_data.py --preset enterprise --out /tmp/enterprise
  python scripts/generate_data.py --scale 10000000 --out /tmp/big

The same arguments give the same bytes. exit codes: 0 done, 2 could not run.
"""


def parse_day(text: str) -> date:
    """Read a day written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day") from error


def parse_arguments(argv: list[str]) -> tuple[Knobs, Path]:
    """Read the command line: the knobs and the folder to write to."""
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
    arguments = vars(parser.parse_args(argv))
    folder = arguments.pop("out")
    return Knobs(**arguments), folder


def describe(settings: Settings) -> dict[str, object]:
    """Say what the files are a function of, for the manifest."""
    arguments = {**vars(settings), "start": settings.start.isoformat()}
    return {"generator_version": GENERATOR_VERSION, "arguments": arguments}


def generate(settings: Settings, folder: Path) -> None:
    """Write every file of the settings to the folder."""
    feeds, truth = load_feeds(), load_truth_tables()
    known = all_paths(feeds, truth)
    prepare_folder(folder, known)
    progress(f"making up {settings.preset}, seed {settings.seed}")
    tables = build_tables(settings, feeds, truth)
    write_tables(folder, tables, describe(settings), known)


def main(argv: list[str]) -> int:
    """Run the command; return its exit code."""
    knobs, folder = parse_arguments(argv)
    try:
        generate(settle(knobs), folder)
    except (ClustrError, OSError, duckdb.Error) as error:
        return fail(error)
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

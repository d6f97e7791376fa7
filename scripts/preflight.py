"""Make sure that a build can start, and print what `dbt build` is to leave out.

    python scripts/preflight.py
    python scripts/preflight.py --target postgres
    python scripts/preflight.py --read-only

Makes the demo's CSVs again if any is missing, and opens the warehouse to write. Prints
nothing, or, where scripts/land.py has landed a shop's own data, the arguments that keep
the demo's seeds out. With --read-only the warehouse is opened to read, and none is
made. Exit code 0: go; 2: it cannot, and a line says why.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import generate_data
from clustr.console import EXIT_COULD_NOT_RUN, EXIT_OK, ClustrError, fail
from clustr.contents import Ask
from clustr.feeds import PROJECT, load_feeds, load_truth_tables
from clustr.targets import add_target_argument, opened

DEMO = ["--preset", "demo", "--seed", "42"]
DELIVERED_FILES = """
    select count(*) from information_schema.tables
    where table_schema = 'landing' and table_name = 'delivered_files'
"""


def missing_seeds(project: Path) -> list[Path]:
    """CSVs that the demo is made of and that are not there, sorted."""
    seeds = project / "seeds"
    expected = [seeds / f"{name}.csv" for name in load_feeds(project)]
    expected += [seeds / "truth" / f"{name}.csv" for name in load_truth_tables(project)]
    return sorted(path for path in expected if not path.exists())


def has_deliveries(ask: Ask) -> bool:
    """Whether scripts/land.py has ever landed a file in this warehouse."""
    ((tables,),) = ask(DELIVERED_FILES)
    if not tables:
        return False
    ((files,),) = ask("select count(*) from landing.delivered_files")
    return bool(files)


def check_folder(project: Path) -> None:
    """Refuse a project folder that dbt cannot write to."""
    if not os.access(project, os.W_OK):
        raise ClustrError(f"{project}: folder is not writable; dbt keeps target here")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="preflight.py", description=__doc__.splitlines()[0]
    )
    add_target_argument(parser)
    parser.add_argument(
        "--read-only", action="store_true", help="for what reads a warehouse"
    )
    arguments = parser.parse_args(argv)
    try:
        check_folder(PROJECT)
        with opened(arguments.target, read_only=arguments.read_only) as warehouse:
            delivered = not arguments.read_only and has_deliveries(warehouse.ask)
    except (ClustrError, OSError) as error:
        return fail(error)
    if delivered:
        print("==> building the deliveries that were landed", file=sys.stderr)
        print("--exclude resource_type:seed")
        return EXIT_OK
    missing = missing_seeds(PROJECT)
    if missing:
        print(f"==> making seeds, {missing[0].name} is missing", file=sys.stderr)
        if generate_data.main([*DEMO, "--out", str(PROJECT / "seeds")]) != EXIT_OK:
            return EXIT_COULD_NOT_RUN
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

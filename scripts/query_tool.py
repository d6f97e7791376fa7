"""Look into the warehouse: tables, columns, rows, SQL, files. It can change nothing.

    python scripts/query_tool.py
    python scripts/query_tool.py gold.top_products --limit 5 --format json
    python scripts/query_tool.py gold.top_products --columns
    python scripts/query_tool.py --sql "select max(date) from gold.sales_summary_daily"
    python scripts/query_tool.py gold.top_products --out products.parquet

Without arguments it shows a menu on a terminal, and elsewhere lists tables with their
rows. Only gold and audit are shown unless `--all-layers` is given: the other layers
hold personal data. docs/query-tool.md says more. Exit code 0: answered; 2: could not;
130: stopped by Ctrl-C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from clustr.console import EXIT_COULD_NOT_RUN, EXIT_OK, ClustrError, fail
from clustr.targets import add_target_argument
from querying.answer import FORMATS, Output, choose_output, opened_reader, write
from querying.menu import menu
from querying.reading import Reader
from querying.tables import all_tables, find, overview, profile, shown_tables

EXIT_INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line and exit with code 2."""
        self.exit(EXIT_COULD_NOT_RUN, f"error: {message}\n")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = Parser(prog="query_tool.py", description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("table", nargs="?", metavar="TABLE", help="such as gold.top_products")
    add("--columns", action="store_true", help="types, nulls, distinct values")
    add("--sql", metavar="SELECT", help="run one query instead")
    add("--limit", type=int, metavar="N", help="rows; default: 20 in a table, else all")
    add("--format", metavar="F", help=f"one of {', '.join(FORMATS)}")
    add("--out", type=Path, metavar="FILE", help="write .csv, .json or .parquet")
    add("--force", action="store_true", help="replace FILE if it exists")
    add("--raw", action="store_true", help="CSV: leave text that looks like a formula")
    add("--all-layers", action="store_true", help="also those with personal data")
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    if arguments.table is not None and arguments.sql is not None:
        parser.error(f"--sql: not together with the table {arguments.table}")
    if arguments.columns and arguments.table is None:
        parser.error("--columns: needs a table")
    return arguments


def output_of(arguments: argparse.Namespace) -> Output:
    """Where the answer goes; ClustrError if it cannot.

    A list or a profile is short: a table wherever it goes, and never cut unasked.
    """
    is_short = arguments.sql is None and (arguments.columns or not arguments.table)
    limit = arguments.limit
    if is_short and limit is None:
        limit = sys.maxsize
    return choose_output(
        form=arguments.format,
        path=arguments.out,
        limit=limit,
        as_table=is_short or sys.stdout.isatty(),
        force=arguments.force,
        raw=arguments.raw,
    )


def answer(reader: Reader, arguments: argparse.Namespace, output: Output) -> None:
    """Print or write what the arguments ask for; ClustrError if it cannot be."""
    if arguments.sql is not None:
        write(reader.read_typed(arguments.sql), output)
        return
    if arguments.table is None:
        shown = shown_tables(reader, all_layers=arguments.all_layers)
        write(overview(reader, shown), output)
        return
    table = find(all_tables(reader), arguments.table, all_layers=arguments.all_layers)
    if arguments.columns:
        count, result = profile(reader, table)
        is_seen = output.form == "table"
        print(f"{table}: {count:,} rows", file=sys.stdout if is_seen else sys.stderr)
        write(result, output)
        return
    write(reader.read(f"select * from {table.quoted}"), output)


def is_talk(arguments: argparse.Namespace) -> bool:
    """Whether a person at a terminal asked for nothing yet."""
    asked = (arguments.table, arguments.sql, arguments.out, arguments.format)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    return at_terminal and arguments.limit is None and asked == (None,) * len(asked)


def main(argv: Sequence[str] | None = None) -> int:
    """Answer; return the exit code."""
    arguments = parse_arguments(argv)
    try:
        output = output_of(arguments)
        with opened_reader(arguments.target) as reader:
            if is_talk(arguments):
                menu(reader, all_layers=arguments.all_layers)
            else:
                answer(reader, arguments, output)
        sys.stdout.flush()
    except BrokenPipeError:
        # who reads has enough, as `head` does; nothing is left to be flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return EXIT_INTERRUPTED
    except (ClustrError, OSError) as error:
        return fail(error)
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

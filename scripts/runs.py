"""Print the last builds of the warehouse, the newest first, and what became of each.

    python scripts/runs.py
    python scripts/runs.py --last 30 --target postgres

One line per process of a build: its number, when it started, its seconds, the rows it
processed and its first error. Exit code 0: printed; 2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from clustr.console import EXIT_OK, ClustrError, fail
from clustr.targets import add_target_argument, opened
from clustr.text import in_columns

DEFAULT_LAST = 10
HEADER = ("build", "started (UTC)", "process", "status", "seconds", "rows", "error")
RUNS = """
    with

    log as (
        select
            *,
            dense_rank() over (order by batch_id desc) as age
        from audit.pipeline_execution_log
    ),

    ended as (select * from log where status != 'STARTED'),

    -- a test that failed fails no process, but the build
    failures as (
        select
            execution_id,
            coalesce(nullif(process_name, ''), 'Aggregate_Gold') as process_name,
            min(node_name || ': ' || error_message) as error_message
        from audit.pipeline_node_log
        where status not in ('SUCCESS', 'SKIPPED')
        group by 1, 2
    )

    select
        log.batch_id, log.start_time, log.process_name,
        coalesce(ended.status, 'STARTED'), ended.end_time, ended.rows_processed,
        coalesce(ended.error_message, failures.error_message)
    from log
    left join ended
        on
            log.execution_id = ended.execution_id
            and log.process_name = ended.process_name
    left join failures
        on
            log.execution_id = failures.execution_id
            and log.process_name = failures.process_name
    where log.status = 'STARTED' and log.age <= {last}
    order by log.batch_id desc, log.start_time, log.process_name
"""

LoggedRun = tuple[int, datetime, str, str, datetime | None, int | None, str | None]


def run_line(run: LoggedRun) -> tuple[str, ...]:
    """The cells of one process of one build; empty where it has not ended."""
    number, start, process, status, end, rows, error = run
    return (
        str(number),
        f"{start:%Y-%m-%d %H:%M:%S}",
        process,
        status,
        "" if end is None else f"{(end - start).total_seconds():.0f}",
        "" if rows is None else f"{rows:,}",
        error or "",
    )


def positive(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="runs.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "--last",
        type=positive,
        default=DEFAULT_LAST,
        metavar="N",
        help=f"builds to print; default: {DEFAULT_LAST}",
    )
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    try:
        with opened(arguments.target, read_only=True) as warehouse:
            runs = warehouse.ask(RUNS.format(last=arguments.last))
    except ClustrError as error:
        return fail(error)
    print(in_columns([HEADER, *map(run_line, runs)], "llllrrl"))
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())

"""Measure a build of so many order lines, beside the same work in SQL by hand.

    python scripts/benchmark.py --lines 1000000

Generates the lines as Parquet, lands them, runs `dbt build` into a warehouse of its
own, and does the same work with the DuckDB SQL in scripts/benchmarking/baseline. Then
lands and builds the day after, with a thousandth as many new lines.
Nothing of the project's own warehouse is touched.

    python scripts/benchmark.py --lines 1000000 --target postgres

does it on PostgreSQL, by hand with scripts/benchmarking/baseline_postgres, and runs
the select of the slowest model once more, of the build and of the day, to print the
plan's worst node. The server is one to throw away, unless DATABASE_URL or PGHOST names
another: there it makes databases of its own, `clustr_...`, and drops them in the end.
Processor time and memory are those of the server's processes too, where a socket of
this machine leads to it; else the processor time is `nan`.

    python scripts/benchmark.py --lines 1000000 10000000 30000000

builds the same day on a history of each length, to tell how a day's build grows.
Exit code 0: measured, and the two agree; 1: they disagree; 2: could not run.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

import with_postgres
from benchmarking.agreement import compare
from benchmarking.growth import (
    DAY_LINES,
    build_days,
    days_table,
    growing_table,
    growth_verdict,
)
from benchmarking.measuring import Run
from benchmarking.plans import run_again, worst_node
from benchmarking.report import (
    Step,
    busy_seconds,
    comparison_lines,
    nodes_table,
    plan_table,
    steps_table,
)
from benchmarking.run_results import TESTS, Node, read_nodes, slowest
from benchmarking.stages import DAY_SHARE, Bench, processors, version
from clustr.console import (
    EXIT_CHECK_FAILED,
    EXIT_OK,
    ClustrError,
    fail,
    progress,
)
from clustr.environment import settings
from clustr.layers import LAYERS
from clustr.sql import quoted
from clustr.targets import add_target_argument
from clustr.work import work_folder
from proving.asking import base_tables
from proving.warehouses import Warehouse

MIN_LINES, MAX_LINES = 1_000, 50_000_000
SLOWEST = 10
GIB = 1024**3
LARGEST_MEMORY = 10 * GIB
LARGEST_RATIO = {"duckdb": 1.5, "postgres": 3.0}
LARGEST_DAY_SHARE = 0.1
# Either says that there is a server to use.
SERVER_VARIABLES = ("DATABASE_URL", "PGHOST")


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; the numbers of order lines come out rising."""
    parser = argparse.ArgumentParser(
        prog="benchmark.py",
        description=__doc__.splitlines()[0],
        epilog="On PostgreSQL: a server to throw away, unless DATABASE_URL or PGHOST"
        " names another, which gets databases of the benchmark's own for a while.",
    )
    parser.add_argument(
        "--lines",
        type=int,
        nargs="+",
        required=True,
        metavar="N",
        help="order lines to generate; of several, only how a day grows is measured",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="empty or new folder to work in, kept; databases of a server are not",
    )
    add_target_argument(parser)
    arguments = parser.parse_args(argv)
    for lines in arguments.lines:
        if not MIN_LINES <= lines <= MAX_LINES:
            parser.error(
                f"--lines must lie between {MIN_LINES} and {MAX_LINES}, not {lines}"
            )
    if len(set(arguments.lines)) < len(arguments.lines):
        parser.error("--lines: a number is given twice")
    arguments.lines.sort()
    return arguments


def rows_per_layer(warehouse: Warehouse) -> dict[str, int]:
    """Rows in all tables of landing and of each layer of a warehouse."""
    rows: dict[str, int] = {}
    with warehouse.asking() as query:
        for name in base_tables(query):
            schema, table = name.split(".")
            if schema in ("landing", *LAYERS):
                relation = f"{quoted(schema)}.{quoted(table)}"
                ((number,),) = query(f"select count(*) from {relation}")
                rows[schema] = rows.get(schema, 0) + number
    return rows


def whole_step(name: str, run: Run, rows: int | None) -> Step:
    """The line of a stage that is a process of its own."""
    return Step(name, run.seconds, run.cpu_seconds, run.peak_memory, rows)


def build_steps(build: Run, nodes: Sequence[Node], rows: dict[str, int]) -> list[Step]:
    """What each layer of the build took: the seconds in which a node of it ran."""
    built = sum(rows.get(layer, 0) for layer in LAYERS)
    steps = [whole_step("dbt build", build, built)]
    for layer in (*LAYERS, TESTS):
        own = [node for node in nodes if node.layer == layer]
        peaks = [build.peak_between(node.start, node.end) for node in own]
        peak = max((known for known in peaks if known is not None), default=None)
        layer_rows = None if layer == TESTS else rows.get(layer, 0)
        steps.append(Step(f"  {layer}", busy_seconds(own), None, peak, layer_rows))
    return steps


def hand_steps(
    run: Run, layers: dict[str, dict[str, float]], rows: dict[str, int]
) -> list[Step]:
    """What each layer of the work by hand took."""
    steps = [whole_step("by hand", run, sum(rows.values()))]
    for layer, spent in layers.items():
        start, end = spent["start"], spent["end"]
        peak = run.peak_between(start, end)
        cost = (end - start, spent["cpu_seconds"], peak)
        steps.append(Step(f"  {layer}", *cost, rows.get(layer, 0)))
    return steps


def verdict(land: Run, build: Run, nothing: Run, hand: Run, largest: float) -> str:
    """The ratio, which should be at most `largest`, and the memory with its aim."""
    spent = land.seconds + build.seconds - nothing.seconds
    spent_cpu = land.cpu_seconds + build.cpu_seconds - nothing.cpu_seconds
    ratio = (
        f"{spent / hand.seconds:.2f} of the time, "
        f"{spent_cpu / hand.cpu_seconds:.2f} of the processor time "
        f"(aim: {largest})"
    )
    if min(spent, spent_cpu) <= 0:
        ratio = "too little work to tell from the start-up"
    return (
        f"ratio: (land + build - start-up) / by hand = {ratio}\n"
        f"largest process: {max(land.peak_memory, build.peak_memory) / GIB:.2f} GiB "
        f"(aim: below {LARGEST_MEMORY / GIB:.0f})"
    )


def day_verdict(build: Run, day: Run, nothing: Run) -> str:
    """What a day's build costs beside the first one, start-up taken off both."""
    whole, part = build.seconds - nothing.seconds, day.seconds - nothing.seconds
    whole_cpu = build.cpu_seconds - nothing.cpu_seconds
    part_cpu = day.cpu_seconds - nothing.cpu_seconds
    if min(whole, whole_cpu) <= 0:
        return "a day: too little work to tell from the start-up"
    return (
        f"a day of {DAY_SHARE:.1%} new lines: (build - start-up) = {part:.1f} s, "
        f"{part / whole:.2f} of the first build's, "
        f"{part_cpu / whole_cpu:.2f} of its processor time (aim: {LARGEST_DAY_SHARE})"
    )


def nodes_lines(bench: Bench, nodes: Sequence[Node]) -> str:
    """The slowest nodes; on PostgreSQL, where the plan of the first spends its time."""
    lines = nodes_table(slowest(nodes, SLOWEST))
    if bench.engine != "postgres":
        return lines
    with bench.by_dbt.asking() as query:
        found = run_again(query, nodes)
    if found is None:
        return f"{lines}\n\nworst plan node: no model's select can be run once more"
    model, plan = found
    worst = plan_table(model, worst_node(plan), plan["Actual Total Time"])
    return f"{lines}\n\n{worst}"


def measure_day(bench: Bench, lines: int, build: Run, nothing: Run) -> None:
    """Build the day after, and print which node took most of it."""
    generate = bench.generate_day(lines)
    land, day = bench.land_day(), bench.build_day()
    steps = [
        whole_step("generate the day", generate, None),
        whole_step("land the day", land, None),
        whole_step("dbt build of the day", day, None),
    ]
    print(steps_table(steps), end="\n\n")
    print(nodes_lines(bench, read_nodes(bench.day_target)), end="\n\n")
    print(day_verdict(build, day, nothing))


def measure(bench: Bench, lines: int) -> bool:
    """Run every stage, print what it took; whether the two warehouses agree."""
    generate = bench.generate(lines)
    nothing = bench.build_nothing()
    land, build = bench.land(), bench.build()
    hand, hand_layers = bench.write_by_hand()
    progress("comparing ...")
    nodes = read_nodes(bench.target)
    rows, hand_rows = rows_per_layer(bench.by_dbt), rows_per_layer(bench.by_hand)
    comparisons = compare(bench.by_dbt, bench.by_hand)
    landed = rows.get("landing", 0)
    steps = [
        whole_step("generate", generate, landed),
        whole_step("start-up (dbt build of nothing)", nothing, None),
        whole_step("land", land, landed),
        *build_steps(build, nodes, rows),
        *hand_steps(hand, hand_layers, hand_rows),
    ]
    print(f"{lines:,} order lines, {version(bench.engine)}, {processors()} processors")
    print(steps_table(steps), end="\n\n")
    print(nodes_lines(bench, nodes), end="\n\n")
    print(comparison_lines(comparisons), end="\n\n")
    largest = LARGEST_RATIO[bench.engine]
    print(verdict(land, build, nothing, hand, largest), end="\n\n")
    measure_day(bench, lines, build, nothing)
    return all(comparison.agrees for comparison in comparisons)


def measure_once(bench: Bench, lines: int) -> bool:
    """Measure, and leave no database behind; whether the two warehouses agree."""
    try:
        return measure(bench, lines)
    finally:
        bench.drop_databases()


def measure_growth(folder: Path, sizes: Sequence[int], engine: str) -> None:
    """Build the same day on histories of these sizes, print what each took."""
    days = build_days(folder, sizes, engine)
    print(f"a day of {DAY_LINES:,} new order lines, {version(engine)}")
    print(days_table(days), end="\n\n")
    print(growing_table(days, SLOWEST), end="\n\n")
    print(growth_verdict(days))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark; return its exit code."""
    arguments = parse_arguments(argv)
    sizes, engine = arguments.lines, arguments.target
    agrees = True
    try:
        if engine == "postgres" and not any(map(settings().get, SERVER_VARIABLES)):
            words = sys.argv[1:] if argv is None else argv
            return with_postgres.main([sys.executable, __file__, *words])
        with work_folder(arguments.keep) as folder:
            if len(sizes) > 1:
                measure_growth(Path(folder), sizes, engine)
            else:
                agrees = measure_once(Bench(Path(folder), engine), sizes[0])
    except (ClustrError, OSError, duckdb.Error) as error:
        return fail(error)
    return EXIT_OK if agrees else EXIT_CHECK_FAILED


if __name__ == "__main__":
    sys.exit(main())

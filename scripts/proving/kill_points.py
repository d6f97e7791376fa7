"""Kill an incremental build after a statement, run it again, say what came of it.

dbt is imported and the project parsed once, in the process that calls `parse`; every
build is then a fork of that process. DuckDB is only ever opened in such a fork, since
its threads would not survive one.
"""

import gc
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from clustr.console import ClustrError
from proving.asking import base_tables
from proving.commands import NEVER, Workshop
from proving.comparison import content_hashes
from proving.invariants import (
    RunLog,
    leftovers,
    logged_twice,
    read_run_log,
    successes_without_data,
    unfounded_successes,
    untrue_ends,
    watermarks_ahead,
)
from proving.statements import Counter, Statement, watch
from proving.warehouses import Warehouse

FORK = multiprocessing.get_context("fork")
ONE_THREAD = ("--threads", "1")  # with more, the order of statements is not fixed


@dataclass(frozen=True)
class Project:
    """The parsed project: what dbt needs to build it and the checks to judge it."""

    manifest: Any
    schemas: dict[str, str]
    batch_columns: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What a kill after statement `number` led to: broken promises, one a line."""

    number: int
    broken: tuple[str, ...]


def parse(workshop: Workshop) -> Project:
    """Parse the project for a workshop's warehouse, as every build of it would.

    Raises
    ------
    ClustrError
        If the project does not parse.
    """
    os.environ.update(workshop.environment())
    result = dbtRunner().invoke(["--quiet", "--log-level-file", "none", "parse"])
    if not result.success:
        raise ClustrError(f"the project does not parse: {result.exception}")
    manifest: Any = result.result
    nodes = manifest.nodes.values()
    return Project(
        manifest=manifest,
        schemas={node.unique_id: node.schema for node in nodes},
        batch_columns={
            f"{node.schema}.{node.alias}": node.config.meta["batch_column"]
            for node in nodes
            if "batch_column" in (node.config.meta or {})
        },
    )


def print_to(log: Path) -> None:
    """Have all that this process prints from now on written to the end of a file."""
    with log.open("ab") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)


def in_fork(function: Callable[[], Any], log: Path) -> tuple[int, Any]:
    """Run a function in a fork of this process, what it prints in a file.

    Returns the fork's exit code, negative for the signal that killed it, and what the
    function returned, None when it was killed.

    Raises
    ------
    ClustrError
        If the function raised; the file says what.
    """
    receiver, sender = FORK.Pipe(duplex=False)

    def work() -> None:
        print_to(log)
        sender.send(function())

    process = FORK.Process(target=work)
    process.start()
    sender.close()
    try:
        value = receiver.recv()
    except EOFError:
        value = None
    process.join()
    code = process.exitcode or 0
    if code > 0:
        raise ClustrError(f"a build or a check of it broke off; {log} says why")
    return code, value


@dataclass(frozen=True)
class Bench:
    """A parsed project, the warehouse that every attempt starts from, and a copy.

    `start` holds a second delivery, landed and not built; `workshop` is where builds
    are killed, with the warehouse that the project was parsed for.
    """

    project: Project
    start: Warehouse
    workshop: Workshop

    def build(self, *arguments: str, kill_after: int | None = None) -> list[Statement]:
        """Build in this process, which must be a fork, and return its statements.

        Raises
        ------
        ClustrError
            If the build fails.
        """
        gc.disable()  # it costs a quarter of the time, and the process is short-lived
        os.environ.update(self.workshop.environment())
        counter = Counter(kill_after)
        watch(counter)
        result = dbtRunner(manifest=self.project.manifest).invoke(
            [
                *("--log-level-file", "none", "build", "--no-write-json"),
                *(f"--exclude-resource-type={kind}" for kind in (*NEVER, "test")),
                *arguments,
            ]
        )
        if not result.success:
            raise ClustrError(f"the build failed: {result.exception or 'see above'}")
        return counter.seen

    def restore(self) -> None:
        """Put the warehouse back to the state before the build."""
        self.start.save(self.workshop.warehouse.path)

    def undisturbed(self) -> tuple[list[Statement], dict[str, str]]:
        """Build without a kill: its statements, and the fingerprints it ends with."""
        self.restore()
        log = self.workshop.folder / "undisturbed.log"
        _, seen = in_fork(lambda: self.build(*ONE_THREAD), log)
        _, hashes = in_fork(self.fingerprints, log)
        return seen, hashes

    def fingerprints(self) -> dict[str, str]:
        """Fingerprint of every table."""
        with self.workshop.warehouse.asking() as query:
            return content_hashes(query)

    def attempt(self, number: int, expected: dict[str, str]) -> Outcome:
        """Kill the build after a statement, build again, and judge what is there."""
        log = self.workshop.folder / f"kill_{number}.log"
        self.restore()
        code, _ = in_fork(lambda: self.build(*ONE_THREAD, kill_after=number), log)
        if code == 0:
            return Outcome(number, ("the build ended before it could be killed",))
        _, (run_log, broken) = in_fork(self.after_kill, log)
        in_fork(self.build, log)
        _, more = in_fork(lambda: self.after_rerun(run_log, expected), log)
        if not broken + more:
            log.unlink()
        return Outcome(number, tuple(broken + more))

    def after_kill(self) -> tuple[RunLog, list[str]]:
        """Read the log and look for broken promises; every table must be readable."""
        with self.workshop.warehouse.asking() as query:
            for table in sorted(base_tables(query)):
                query(f"select * from {table}")
            broken = watermarks_ahead(query, self.project.batch_columns)
            broken += successes_without_data(query)
            return read_run_log(query), [f"after the kill: {line}" for line in broken]

    def after_rerun(self, killed: RunLog, expected: dict[str, str]) -> list[str]:
        """Look for broken promises when the build that followed the kill has ended."""
        with self.workshop.warehouse.asking() as query:
            broken = watermarks_ahead(query, self.project.batch_columns)
            broken += successes_without_data(query)
            broken += leftovers(query)
            broken += logged_twice(query)
            broken += untrue_ends(killed, read_run_log(query))
            broken += unfounded_successes(query)
            hashes = content_hashes(query)
        broken += [
            f"{table}: not as without the kill"
            for table in sorted(expected.keys() | hashes.keys())
            if expected.get(table) != hashes.get(table)
        ]
        return broken

"""dbt in a process that is forked from one that has imported it.

Its imports take a fifth of a small shop's build, and tests build some 200.
"""

import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from runpy import run_path
from subprocess import CompletedProcess

import pytest

from clustr.feeds import PROJECT

# Coverage measures what is started with them, which makes dbt half as slow again.
COVERAGE_VARIABLES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
DBT = Path(sys.executable).with_name("dbt")
FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


@contextmanager
def without_coverage() -> Iterator[None]:
    """What is started here is not measured."""
    with pytest.MonkeyPatch.context() as patch:
        for name in COVERAGE_VARIABLES:
            patch.delenv(name, raising=False)
        yield


def forked_dbt(
    arguments: Sequence[str], environment: Mapping[str, str], output: Path
) -> CompletedProcess[str]:
    """Run dbt in the project folder; `output` is where both its outputs go.

    The process that it is forked from is started by the first call, and ends with
    this one.
    """
    with without_coverage():
        process = FORKS.Process(
            target=become_dbt, args=(list(arguments), dict(environment), output)
        )
        process.start()
    process.join()
    printed = output.read_text(encoding="utf-8")
    return CompletedProcess(list(arguments), process.exitcode or 0, printed, printed)


def become_dbt(arguments: list[str], environment: dict[str, str], output: Path) -> None:
    """What the forked process does."""
    gc.disable()  # it costs a sixth of a small build, and the process is short-lived
    with output.open("w") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [str(DBT), *arguments]
    try:
        run_path(str(DBT), run_name="__main__")
    finally:
        # a forked process ends without what others do at their end
        duckdb = import_module("dbt.adapters.duckdb.connections")
        duckdb.DuckDBConnectionManager.close_all_connections()

"""Land and build a warehouse of its own, to the end or killed on the way."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarking.measuring import run
from benchmarking.stages import DBT, SCRIPTS
from clustr.console import ClustrError
from clustr.feeds import PROJECT
from proving.warehouses import Warehouse

Command = Sequence[str | Path]

# A shop's own deliveries are never built with the demo's seeds.
NEVER = ("seed", "unit_test")
PARSE: Command = (DBT, "parse")
# How often a kill is tried, and how much sooner when the command ends before it.
ATTEMPTS, SOONER = 12, 0.7


def land_command(delivery: Path, complete: Sequence[str] = ()) -> list[str | Path]:
    """The command that lands a delivery, some of its feeds marked complete."""
    marks = [part for feed in complete for part in ("--complete", feed)]
    return [sys.executable, SCRIPTS / "land.py", delivery, *marks]


def build_command(*arguments: str, with_tests: bool = False) -> list[str | Path]:
    """The command that builds all models and snapshots, and tests them if asked."""
    left_out = NEVER if with_tests else (*NEVER, "test")
    return [DBT, "build", "--exclude-resource-types", *left_out, *arguments]


@dataclass(frozen=True)
class Workshop:
    """A folder with a warehouse, and with what dbt keeps and logs about it."""

    folder: Path
    warehouse: Warehouse

    def environment(self) -> dict[str, str]:
        """Variables that lead every command here; makes what dbt needs to start."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "profiles.yml.example", self.folder / "profiles.yml")
        return {
            **self.warehouse.environment(),
            "DBT_PROFILES_DIR": str(self.folder),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_USE_COLORS": "false",
        }

    def run(self, name: str, command: Command) -> float:
        """Run a command to its end and return its seconds; its output is `name`.log.

        Raises
        ------
        ClustrError
            If it fails; the message holds the last line it printed.
        """
        log = self.folder / f"{name}.log"
        return run(command, log, self.environment(), PROJECT).seconds

    def kill(self, name: str, command: Command, after: float) -> float:
        """Kill a command and all it started; return after how many seconds.

        One that ends before so many is run again from the warehouse that it found, and
        killed sooner.

        Raises
        ------
        ClustrError
            If it always ends before, or fails.
        """
        found = self.folder / "before_kill.duckdb"
        self.warehouse.save(found)
        for _ in range(ATTEMPTS):
            if self._is_killed(name, command, after):
                return after
            self.warehouse.restore(found)
            after *= SOONER
        raise ClustrError(f"{name} ended {ATTEMPTS} times before it could be killed")

    def _is_killed(self, name: str, command: Command, after: float) -> bool:
        """Start a command, kill it after so many seconds; False if it ended before."""
        environment = os.environ | self.environment()
        with (self.folder / f"{name}.log").open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=PROJECT,
                start_new_session=True,
            )
            try:
                process.wait(timeout=after)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.returncode not in (0, -signal.SIGKILL):
                raise ClustrError(f"{name} failed by itself; {output.name} says why")
        return process.returncode != 0

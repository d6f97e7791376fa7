"""The stages of the benchmark: each is a command run in a folder of its own."""

import json
import os
import shutil
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import yaml
from psycopg2 import sql

from benchmarking.measuring import Run, run
from benchmarking.server import Server, find_server
from clustr.console import progress
from clustr.feeds import PROJECT, load_feeds
from clustr.postgres import MAINTENANCE
from proving.postgres_database import PostgresDatabase, run_alone
from proving.warehouses import TARGETS, Warehouse

SCRIPTS = PROJECT / "scripts"
DBT = Path(sys.executable).with_name("dbt")
# Share of the shop's order lines that a day brings.
DAY_SHARE = 0.001


@dataclass(frozen=True)
class Bench:
    """The folder that the benchmark works in, and the warehouses that it makes."""

    folder: Path
    engine: str = "duckdb"
    day_share: float = DAY_SHARE

    @property
    def delivery(self) -> Path:
        """The generated delivery."""
        return self.folder / "delivery"

    @property
    def day(self) -> Path:
        """The generated delivery of the day after."""
        return self.folder / "day"

    @property
    def day_target(self) -> Path:
        """Where dbt writes the artifacts of that day's build."""
        return self.folder / "target_day"

    @property
    def by_dbt(self) -> Warehouse:
        """The warehouse that dbt builds."""
        return self._warehouse("by_dbt")

    @property
    def by_hand(self) -> Warehouse:
        """The warehouse that the hand-written SQL builds."""
        return self._warehouse("by_hand")

    @property
    def empty(self) -> Warehouse:
        """The warehouse without a row in it."""
        return self._warehouse("empty")

    @property
    def target(self) -> Path:
        """Where dbt writes the artifacts of the measured build."""
        return self.folder / "target"

    @cached_property
    def server(self) -> Server | None:
        """The server that works for the commands, if the engine is one."""
        return find_server() if self.engine == "postgres" else None

    def drop_databases(self) -> None:
        """Delete what was made on a server; files stay, or go with the folder."""
        for warehouse in (self.by_dbt, self.by_hand, self.empty):
            if isinstance(warehouse, PostgresDatabase):
                warehouse.drop()

    def _warehouse(self, name: str) -> Warehouse:
        return TARGETS[self.engine](self.folder / f"{name}.duckdb")

    def _run(
        self,
        name: str,
        *command: str | Path,
        warehouse: Warehouse | None = None,
        cwd: Path = PROJECT,
    ) -> Run:
        progress(f"{name} ...")
        env = {} if warehouse is None else warehouse.environment()
        return run(command, self.folder / f"{name}.log", env, cwd, self.server)

    def _script(
        self, name: str, *arguments: str | Path, warehouse: Warehouse | None = None
    ) -> Run:
        script = SCRIPTS / name
        return self._run(
            script.stem, sys.executable, script, *arguments, warehouse=warehouse
        )

    def _build(self, name: str, warehouse: Warehouse, target: Path) -> Run:
        shutil.copy(PROJECT / "profiles.yml.example", self.folder / "profiles.yml")
        return self._run(
            name,
            *(DBT, "build"),
            *("--exclude", "resource_type:seed", "resource_type:unit_test"),
            *("--project-dir", PROJECT, "--profiles-dir", self.folder),
            *("--target-path", target, "--log-path", self.folder / "logs"),
            warehouse=warehouse,
        )

    def generate(self, lines: int) -> Run:
        """Make up the opening delivery of a shop of so many order lines."""
        return self._generate_day(lines, 1, self.delivery)

    def generate_day(self, lines: int) -> Run:
        """Make up the next day's delivery of the same shop."""
        return self._generate_day(lines, 2, self.day)

    def _generate_day(self, lines: int, day: int, folder: Path) -> Run:
        return self._script(
            "generate_data.py",
            *("--scale", str(lines), "--day", str(day)),
            *("--day-share", str(self.day_share), "--out", folder),
        )

    def land(self) -> Run:
        """Land the delivery."""
        return self._script("land.py", self.delivery, warehouse=self.by_dbt)

    def build(self) -> Run:
        """Build the warehouse from the landed delivery."""
        return self._build("build", self.by_dbt, self.target)

    def land_day(self) -> Run:
        """Land the day's delivery."""
        return self._script("land.py", self.day, warehouse=self.by_dbt)

    def build_day(self) -> Run:
        """Build what the day brought."""
        return self._build("build_day", self.by_dbt, self.day_target)

    def build_nothing(self) -> Run:
        """Build a warehouse whose feeds are all empty: dbt's fixed start-up."""
        empty = self.folder / "empty"
        empty.mkdir()
        for feed in load_feeds().values():
            header = ",".join(feed.columns) + "\n"
            (empty / f"{feed.name}.csv").write_text(header, encoding="utf-8")
        self._script("land.py", empty, warehouse=self.empty)
        return self._build("build_nothing", self.empty, self.folder / "target_nothing")

    def write_by_hand(self) -> tuple[Run, dict[str, dict[str, float]]]:
        """Do the same work in hand-written SQL; also what each layer of it took."""
        project = yaml.safe_load(
            (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
        )
        thresholds = [
            str(project["vars"][name])
            for name in (
                "bundle_min_support",
                "bundle_min_confidence",
                "bundle_holdout_days",
            )
        ]
        outcome = self._run(
            "by_hand",
            *(sys.executable, "-m", "benchmarking.by_hand"),
            *(self.engine, str(self.delivery), *thresholds),
            warehouse=self.by_hand,
            cwd=SCRIPTS,
        )
        log = (self.folder / "by_hand.log").read_text(encoding="utf-8")
        return outcome, json.loads(log.splitlines()[-1])


def version(engine: str) -> str:
    """An engine's name and version."""
    if engine == "duckdb":
        return f"DuckDB {duckdb.__version__}"
    ((number,),) = run_alone(MAINTENANCE, sql.SQL("show server_version"))
    return f"PostgreSQL {number}"


def processors() -> int:
    """Processors of this machine; DuckDB takes a thread for each in every stage."""
    return os.cpu_count() or 1

"""A shop for tests: writes deliveries, lands and builds them, asks the warehouse."""

import csv
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import duckdb

from clustr.feeds import PROJECT, load_feeds
from forked_dbt import COVERAGE_VARIABLES, forked_dbt, without_coverage

FEEDS = load_feeds()
SHARED_DATA = PROJECT.parent / "shared" / "data"
ONLINE_RETAIL = SHARED_DATA / "online_retail" / "online_retail.parquet"
# What dbt has parsed holds for another shop, too, whose address is spelled the same.
PARSED = "partial_parse.msgpack"
PATH = "{{ env_var('CLUSTR_DUCKDB_PATH', '') or 'clustr.duckdb' }}"
WITHOUT_COVERAGE = ("env", *(f"--unset={name}" for name in COVERAGE_VARIABLES))


class Shop:
    """One warehouse file in a folder of its own, fed by hand-written deliveries.

    `writes_json` says whether dbt writes what it did to its target folder.
    """

    writes_json = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warehouse = folder / "shop.duckdb"
        self.deliveries = 0

    def environment(self) -> dict[str, str]:
        """Environment that points every command at this shop's warehouse.

        Without dbt's log and JSON, which take a fifth of the time.
        """
        return os.environ | {
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_WRITE_JSON": str(self.writes_json),
            "CLUSTR_DUCKDB_PATH": str(self.warehouse),
            "HOME": str(self.folder),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_PROFILES_DIR": str(profiles_dir(self.folder)),
        }

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the project folder, output captured."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=PROJECT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def script(
        self, name: str, *arguments: str | Path
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the project's scripts."""
        return self.run(sys.executable, PROJECT / "scripts" / name, *arguments)

    def delivery(self, **feeds: str) -> Path:
        """Write a delivery folder: one CSV per feed from its text.

        A feed's text is its rows, comma-separated, below a header line; blanks around
        lines are dropped. Columns left out are written empty.
        """
        self.deliveries += 1
        folder = self.folder / f"delivery_{self.deliveries}"
        folder.mkdir()
        for name, text in feeds.items():
            lines = [line.strip() for line in text.strip().splitlines()]
            rows = list(csv.DictReader(lines))
            with (folder / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(
                    file, FEEDS[name].columns, restval="", lineterminator="\n"
                )
                writer.writeheader()
                writer.writerows(rows)
        return folder

    def land(self, folder: Path) -> None:
        """Land a delivery that must be accepted."""
        result = self.script("land.py", folder)
        assert result.returncode == 0, result.stderr

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on this warehouse, from what another shop has parsed."""
        target = self.folder / "target"
        parsed, shared = target / PARSED, self.folder.parent / PARSED
        if shared.exists() and not target.exists():
            target.mkdir()
            shutil.copyfile(shared, parsed)
        result = forked_dbt(
            ["--quiet", *arguments], self.environment(), self.folder / "dbt.out"
        )
        if parsed.exists() and not shared.exists():
            shutil.copyfile(parsed, shared)
        return result

    def build(self, *arguments: str, tests: bool = False) -> None:
        """Build all over landed data; with `tests`, the data tests too."""
        left_out = ["seed", "unit_test"] + ([] if tests else ["test"])
        result = self.dbt(
            "build",
            *(f"--exclude-resource-type={kind}" for kind in left_out),
            *arguments,
        )
        assert result.returncode == 0, result.stdout

    def content_hashes(self) -> dict[str, str]:
        """Rows and content hash of every table, by schema and name."""
        result = self.script("content_hashes.py")
        assert result.returncode == 0, result.stderr
        hashes = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
        assert "gold.sales_summary_daily" in hashes
        return hashes

    def take(self, **feeds: str) -> None:
        """Deliver, land and build."""
        self.land(self.delivery(**feeds))
        self.build()

    def rows(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()

    def value(self, sql: str) -> Any:
        """The one value of a query; numbers as text keep their scale."""
        ((value,),) = self.rows(sql)
        return value


def run_main(
    main: Callable[[Sequence[str]], int], *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    """Run a script's `main` here, so that it is measured and what it starts is not."""
    stdout, stderr = io.StringIO(), io.StringIO()
    words = [str(argument) for argument in arguments]
    with without_coverage(), redirect_stdout(stdout), redirect_stderr(stderr):
        code = main(words)
    return subprocess.CompletedProcess(
        words, code, stdout.getvalue(), stderr.getvalue()
    )


def profiles_dir(folder: Path) -> Path:
    """A folder with the example profile, so that tests need no profiles.yml."""
    target = folder / "profiles"
    if not target.exists():
        target.mkdir()
        example = (PROJECT / "profiles.yml.example").read_text(encoding="utf-8")
        profile = example.replace(PATH, "~/shop.duckdb")
        assert profile != example
        (target / "profiles.yml").write_text(profile, encoding="utf-8")
    return target

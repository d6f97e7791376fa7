"""The README's promises, tried as a new user would: a fresh copy, an empty home.

Every ```bash block is run in order, every ```sql block must give the Markdown table
that stands below it, every link must lead somewhere.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from answers import Block, blocks, cells, expect_answer
from clustr.feeds import PROJECT, load_feeds
from pages import copy_project, run_commands

README = (PROJECT / "README.md").read_text(encoding="utf-8")
LINE_LIMIT = 120
# What this very test is run by.
NOT_HERE = {"make test"}
LINK = re.compile(r"\]\(([^)#:]+)\)")


def clean_environment(home: Path) -> dict[str, str]:
    """Environment of somebody who has nothing of ours but pip's downloads."""
    venv = str(Path(sys.executable).parent)
    path = [p for p in os.environ["PATH"].split(os.pathsep) if p != venv]
    cache = subprocess.run(
        [sys.executable, "-m", "pip", "cache", "dir"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    network = {k: v for k, v in os.environ.items() if k.startswith("PIP_")}
    mine = {"HOME": str(home), "PATH": os.pathsep.join(path), "PIP_CACHE_DIR": cache}
    return network | mine


@pytest.fixture(scope="module")
def new_users_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, in a folder with blanks, after the README's commands."""
    folder = tmp_path_factory.mktemp("new user") / "my clustr"
    copy_project(folder)
    environment = clean_environment(tmp_path_factory.mktemp("home"))
    for block in blocks(README, "bash"):
        lines = [line for line in block.text.splitlines() if line not in NOT_HERE]
        run_commands("\n".join(lines), folder, environment)
    return folder


@pytest.fixture(scope="module")
def warehouse(new_users_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    path = str(new_users_folder / "clustr.duckdb")
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


def test_readme_has_the_two_commands_and_questions() -> None:
    commands = "".join(block.text for block in blocks(README, "bash"))
    assert "make build\n" in commands
    assert "make test\n" in commands
    assert blocks(README, "sql")


def test_readme_is_short() -> None:
    assert len(README.splitlines()) < LINE_LIMIT


@pytest.mark.parametrize("block", blocks(README, "sql"), ids=lambda b: b.text[:40])
def test_sql_gives_the_answer_below_it(
    block: Block, warehouse: duckdb.DuckDBPyConnection
) -> None:
    expect_answer(warehouse, block)


def test_readme_names_every_gold_table(warehouse: duckdb.DuckDBPyConnection) -> None:
    built = warehouse.execute(
        "select table_name from duckdb_tables() where schema_name = 'gold'"
    ).fetchall()
    section = README.split("## Gold tables")[1].split("\n## ")[0]
    assert set(re.findall(r"`(\w+)`", section)) == {name for (name,) in built}


@pytest.mark.parametrize(
    "page", ["README.md", "docs/your-shop.md", "docs/real-data.md"]
)
def test_links_lead_somewhere(page: str) -> None:
    path = PROJECT / page
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_page_on_your_shop_lists_every_feed() -> None:
    page = (PROJECT / "docs" / "your-shop.md").read_text(encoding="utf-8")
    section = page.split("\n## ")[0]
    listed = [cells(line) for line in section.splitlines() if line.startswith("|")][2:]
    expected = {
        (feed.name, feed.key, tuple(c for c in feed.columns if c != feed.key))
        for feed in load_feeds().values()
    }
    assert {(name, key, tuple(c.split(", "))) for name, key, c in listed} == expected

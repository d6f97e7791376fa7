"""The questions in the docs of gold: every table has some, every answer is right.

So are those of docs/*.md. On PostgreSQL the analyst asks those of gold, in
test_postgres_readers.py.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from answers import Block, blocks, expect_answer, gold_docs, gold_questions
from clustr.feeds import PROJECT
from shop import Shop

QUESTIONS = gold_questions()
# Those of pages; SQL for an operator, such as what makes a role, has no answer below.
OF_PAGES = [
    (path.stem, block)
    for path in sorted((PROJECT / "docs").glob("*.md"))
    for block in blocks(path.read_text(encoding="utf-8"), "sql")
    if block.table
]
# The one right above the SQL, in bold.
QUESTION = re.compile(r"^\*\*[A-Z].+\?\*\*\s*\Z", re.MULTILINE)
# What DuckDB and PostgreSQL know and Spark does not, or takes for something else.
NOT_SPARK = re.compile(
    r"\bdistinct on\b|\b(string_agg|unnest|generate_series|to_char)\b"
    r"|::|~|\bas numeric\)|\""
)
TEXT = re.compile(r"'[^']*'")
LINE_LENGTH = 88
LONGEST_ANSWER = 10


@pytest.fixture(scope="module")
def warehouse(demo_shop: Shop) -> Iterator[duckdb.DuckDBPyConnection]:
    path = str(demo_shop.warehouse)
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def descriptions(demo_shop: Shop) -> dict[str, str]:
    """What dbt's docs say of each gold table."""
    manifest = json.loads((demo_shop.folder / "target" / "manifest.json").read_text())
    return {
        node["name"]: node["description"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "gold"
    }


@pytest.mark.parametrize(
    ("name", "block"),
    QUESTIONS + OF_PAGES,
    ids=[name for name, _ in QUESTIONS + OF_PAGES],
)
def test_sql_gives_the_answer_below_it(
    name: str, block: Block, warehouse: duckdb.DuckDBPyConnection
) -> None:
    expect_answer(warehouse, block)


def test_the_docs_of_every_gold_table_ask_something(
    descriptions: dict[str, str],
) -> None:
    asked = {name for name, text in descriptions.items() if blocks(text, "sql")}
    assert asked == set(descriptions)
    assert {name for name, _ in QUESTIONS} == asked
    for name, text in gold_docs().items():
        assert text in descriptions[name], name


@pytest.mark.parametrize(
    ("name", "block"), QUESTIONS, ids=[name for name, _ in QUESTIONS]
)
def test_a_question_asks_its_own_table(name: str, block: Block) -> None:
    assert QUESTION.search(block.above), f"no question above:\n{block.text}"
    assert re.search(rf"\bgold\.{name}\b", block.text), block.text


@pytest.mark.parametrize(
    ("name", "block"), QUESTIONS, ids=[name for name, _ in QUESTIONS]
)
def test_an_answer_is_short_and_in_order(name: str, block: Block) -> None:
    rows = len(block.table) - 1
    assert rows == 1 or "\norder by " in block.text, block.text
    assert 0 < rows <= LONGEST_ANSWER, block.text


def test_lines_of_the_docs_stay_short() -> None:
    too_long = [
        line
        for text in gold_docs().values()
        for line in text.splitlines()
        if len(line) > LINE_LENGTH and not line.startswith("|")
    ]
    assert too_long == []


@pytest.mark.parametrize(
    ("name", "block"), QUESTIONS, ids=[name for name, _ in QUESTIONS]
)
def test_sql_leaves_out_what_spark_has_not(name: str, block: Block) -> None:
    assert not NOT_SPARK.search(TEXT.sub("''", block.text)), block.text


def test_sql_is_in_the_style_of_the_house(tmp_path: Path) -> None:
    for number, (name, block) in enumerate(QUESTIONS):
        (tmp_path / f"{name}_{number}.sql").write_text(block.text, encoding="utf-8")
    options = ("--config", PROJECT / ".sqlfluff", "--templater", "raw")
    linted = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", *options, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr

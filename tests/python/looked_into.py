"""A small warehouse for the tests of query_tool.py, the same on either engine."""

import subprocess
from pathlib import Path

import duckdb

import query_tool
from shop import run_main

FORMULAS = ("=1+1", "+1", "-1", "@a", "\ta", "\ra")
STATEMENTS = (
    "create schema gold",
    "create schema audit",
    "create schema curated",
    """
    create table gold.days (
        day_id bigint, name text, amount decimal(18, 2), day date,
        seen_at timestamp, share double precision, is_open boolean
    )
    """,
    """
    insert into gold.days values
        (1, 'a"b, c', 12345678901234.56, '2024-02-29', '2024-02-29 23:59:59.5',
         0.1, true),
        (2, '', -0.50, '2024-03-01', '2024-03-01 00:00:00', -2, false),
        (3, null, null, null, null, null, null)
    """,
    'create table gold."od""d" ("sel""ect" integer)',
    "create table gold.empty (a integer, b text)",
    "create table gold.twice (a integer)",
    "create table audit.twice (a integer)",
    "create view audit.log as select 1 as run",
    "create table audit.rejected_rows (payload text)",
    "create table curated.dim_customers (email text)",
    "create sequence gold.numbers",
)


def make_file(path: Path) -> None:
    """Write the warehouse to a DuckDB file."""
    with duckdb.connect(str(path)) as connection:
        for statement in STATEMENTS:
            connection.execute(statement)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the tool."""
    return run_main(query_tool.main, *arguments)


def printed(*arguments: str | Path) -> str:
    """What the tool prints when it can answer."""
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(*arguments: str | Path) -> str:
    """The one line that the tool says when it cannot."""
    result = run(*arguments)
    assert result.returncode == 2, result.stdout
    assert result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
    return result.stderr.removeprefix("error: ").strip()

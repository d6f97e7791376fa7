"""Who may read what on PostgreSQL: the analyst gold, and nobody a person's address."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from answers import expect_answer, gold_questions
from postgres_shop import PostgresShop, Server, connected, new_roles, query, unique
from shop import Shop

ANALYST, OTHER = unique("analyst"), unique("other")
OF_BOTH = "choose another"
LEFT_OUT = ("--exclude-resource-types", "test", "unit_test")
GOLD = ("--select", "path:models/gold")
TABLES = """
    select table_name from information_schema.tables
    where table_schema = 'gold' and table_type = 'BASE TABLE'
    order by table_name
"""
TEXTS = """
    select table_name, column_name from information_schema.columns
    where
        table_schema = 'gold'
        and lower(data_type) in ('text', 'character varying', 'varchar')
"""
OTHERS = """
    select format('%I.%I', table_schema, table_name) from information_schema.tables
    where table_schema in (
        'landing', 'raw', 'staging', 'intermediate', 'curated', 'audit', 'truth'
    )
"""
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
INDEXED = {
    "customer_recommendations": {"customer_id"},
    "reporting_customer_stats": {"customer_id"},
    "reporting_sales_wide": {
        "customer_id",
        "load_id",
        "order_date",
        "order_id",
        "order_line_id",
    },
    "sales_summary_daily": {"date"},
    "top_customers": {"customer_id"},
}
INDEXES = """
    select table_class.relname, attribute.attname
    from pg_index
    inner join pg_class as table_class on pg_index.indrelid = table_class.oid
    inner join pg_attribute as attribute
        on
            pg_index.indrelid = attribute.attrelid
            and attribute.attnum = any(pg_index.indkey)
    where table_class.relnamespace = 'gold'::regnamespace
"""


@pytest.fixture(scope="module")
def shop(
    postgres_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresShop]:
    """The demo, built for the role ANALYST, which is there, beside OTHER."""
    shop = PostgresShop(tmp_path_factory.mktemp("readers_shop"), postgres_server)
    # what docs/postgres.md tells an administrator to take from everybody
    shop.rows(f"revoke temporary on database {shop.server['PGDATABASE']} from public")
    shop.rows("revoke create on schema public from public")
    with new_roles(shop.server, ANALYST, OTHER, password=OF_BOTH):
        build(shop)
        yield shop


def build(shop: Shop, *arguments: str, role: str = ANALYST) -> None:
    variables = ("--vars", f"analyst_role: {role}")
    result = shop.dbt("build", *LEFT_OUT, *variables, *arguments)
    assert result.returncode == 0, result.stdout


def answer(shop: PostgresShop, sql: str, role: str) -> list[tuple[Any, ...]]:
    """What a role gets for a statement."""
    return query(shop.server, sql, user=role, password=OF_BOTH)


def refusal(shop: PostgresShop, sql: str, role: str = ANALYST) -> str:
    """Why a role may not run a statement."""
    with pytest.raises(psycopg2.errors.InsufficientPrivilege) as error:
        answer(shop, sql, role)
    return str(error.value)


def expect_reader_of_gold_alone(shop: PostgresShop, role: str = ANALYST) -> None:
    tables = [name for (name,) in shop.rows(TABLES)]
    assert len(tables) >= 14
    for table in tables:
        ((count,),) = shop.rows(f"select count(*) from gold.{table}")
        sql = f"select count(*) from gold.{table}"
        assert answer(shop, sql, role) == [(count,)] and count
        refusal(shop, f"delete from gold.{table}", role)
    others = [name for (name,) in shop.rows(OTHERS)]
    assert {name.partition(".")[0] for name in others} == {
        *("landing", "raw", "staging", "intermediate", "curated", "audit", "truth")
    }
    for name in others:
        assert "permission denied for schema" in refusal(
            shop, f"select * from {name}", role
        )
    for schema in ("gold", "public", "staging", "audit"):
        refusal(shop, f"create table {schema}.mine (a integer)", role)
    refusal(shop, "create schema mine", role)
    refusal(shop, "create temporary table mine (a integer)", role)


def test_the_analyst_gets_the_answers_of_the_docs(shop: PostgresShop) -> None:
    with (
        closing(connected(shop.server, user=ANALYST, password=OF_BOTH)) as connection,
        connection.cursor() as cursor,
    ):
        for _, question in gold_questions():
            expect_answer(cursor, question)


def test_the_analyst_reads_gold_and_nothing_else_after_any_build(
    shop: PostgresShop,
) -> None:
    expect_reader_of_gold_alone(shop)
    build(shop)
    expect_reader_of_gold_alone(shop)
    build(shop, *GOLD, "--full-refresh")
    expect_reader_of_gold_alone(shop)


def test_tables_that_stay_as_they_are_get_another_role(shop: PostgresShop) -> None:
    # scorecard reads seeds, which do not say what they hold, so it is always made anew
    identity = """
        select relname, oid from pg_class
        where
            relnamespace = 'gold'::regnamespace
            and relkind = 'r'
            and relname != 'scorecard'
    """
    before = dict(shop.rows(identity))
    build(shop, *GOLD, role=OTHER)
    assert dict(shop.rows(identity)) == before
    expect_reader_of_gold_alone(shop, role=OTHER)
    for (table,) in shop.rows(TABLES):
        refusal(shop, f"select * from gold.{table}")
    build(shop, *GOLD)
    expect_reader_of_gold_alone(shop)


def test_a_role_that_is_not_there_stops_the_build_at_its_start(
    shop: PostgresShop,
) -> None:
    result = shop.dbt("build", "--vars", "analyst_role: nobody_here")
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert 'role "nobody_here" does not exist' in result.stdout
    assert "Error in model" not in result.stdout


def test_gold_is_indexed_where_it_is_filtered_and_joined(shop: PostgresShop) -> None:
    for arguments in ((), ("--full-refresh",)):
        build(shop, *GOLD, *arguments)
        found: dict[str, set[str]] = {}
        for table, column in shop.rows(INDEXES):
            found.setdefault(table, set()).add(column)
        assert found == INDEXED


def expect_no_personal_data(rows: Callable[[str], list[Any]]) -> None:
    """No text of gold holds a customer's address, phone or day of birth."""
    personal = {
        value
        for row in rows("select email, phone, dob from raw.raw_customers")
        for value in row
        if value
    }
    assert len(personal) > 1000
    columns = rows(TEXTS)
    assert len(columns) > 30
    for table, column in columns:
        for (value,) in rows(f'select distinct "{column}" from gold.{table}'):
            assert value not in personal, (table, column)
            assert not ADDRESS.search(value or ""), (table, column)


def test_gold_holds_no_personal_data_on_postgres(shop: PostgresShop) -> None:
    expect_no_personal_data(shop.rows)


def test_gold_holds_no_personal_data_on_duckdb(demo_shop: Shop) -> None:
    expect_no_personal_data(demo_shop.rows)


def test_duckdb_takes_the_role_and_does_nothing(
    demo_shop: Shop, tmp_path: Path
) -> None:
    shop = Shop(tmp_path)
    shutil.copy(demo_shop.warehouse, shop.warehouse)
    build(shop, "--select", "top_customers", "--full-refresh")
    assert shop.value("select count(*) from gold.top_customers") > 0


def test_operators_ask_the_same_of_either_engine(shop: PostgresShop) -> None:
    build(shop)
    checked = shop.script("verify.py", "--target", "postgres")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"/{shop.server['PGDATABASE']}" in checked.stdout
    assert " 0 FAIL" in checked.stdout
    runs = shop.script("runs.py", "--target", "postgres", "--last", "1")
    assert runs.returncode == 0, runs.stderr
    assert runs.stdout.count("SUCCESS") == 4


def test_a_reader_neither_waits_nor_holds_a_build_up(shop: PostgresShop) -> None:
    """One transaction stays open across a build that makes its table anew."""
    sold = "select sum(units) from gold.top_products"
    with (
        closing(connected(shop.server)) as connection,
        connection.cursor() as reader,
    ):
        reader.execute(f"begin isolation level repeatable read; {sold}")
        before = reader.fetchone()
        shop.rows("delete from gold.reporting_sales_wide where source_system = 'POS'")
        build(shop, "--select", "top_products")
        reader.execute(sold)
        assert reader.fetchone() == before
        reader.execute("commit")
        reader.execute(sold)
        after = reader.fetchone()
    assert before and after and 0 < after[0] < before[0]


def test_views_and_grants_outlive_the_tables_below_them(shop: PostgresShop) -> None:
    # the whole build, because --full-refresh takes the views on what it exchanges along
    build(shop)
    count = "select count(*) from audit.reconciliation"
    ((checks,),) = shop.rows(count)
    shop.rows("delete from gold.sales_summary_daily")
    build(shop, "--select", "sales_summary_daily")
    assert shop.rows(count) == [(checks,)]
    expect_reader_of_gold_alone(shop)

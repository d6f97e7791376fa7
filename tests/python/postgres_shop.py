"""A shop of tests on PostgreSQL: a database of its own, and the server it is on."""

import os
import secrets
import subprocess
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from clustr.feeds import PROJECT
from clustr.postgres import DEFAULTS, MAINTENANCE, parameters
from forked_dbt import DBT
from proving.postgres_database import PostgresDatabase
from shop import WITHOUT_COVERAGE, Shop
from with_postgres import running_server

Server = dict[str, str]


@contextmanager
def server_of_tests() -> Iterator[Server]:
    """The server of DATABASE_URL if its role is a superuser, else one to throw away."""
    if not os.environ.get("DATABASE_URL"):
        with running_server() as server:
            yield server
        return
    found = parameters(os.environ)
    said = {variable: found.get(name, "") for name, (variable, _) in DEFAULTS.items()}
    # libpq takes an empty PGSSLMODE for a wrong one
    mode = {"PGSSLMODE": said["PGSSLMODE"] or "prefer"}
    named = said | mode | {"DATABASE_URL": "", "PGDATABASE": MAINTENANCE}
    if query(named, "select current_setting('is_superuser')") == [("on",)]:
        with tester(named) as server:
            yield server
    else:
        warnings.warn("tests leave DATABASE_URL alone: no superuser", stacklevel=1)
        with running_server() as server:
            yield server


@contextmanager
def tester(server: Server) -> Iterator[Server]:
    """The server as a role of its own, which goes with all databases that it made."""
    role, password = unique("tester"), secrets.token_hex(16)
    query(server, f"create role {role} superuser login password '{password}'")
    try:
        yield server | {"PGUSER": role, "PGPASSWORD": password}
    finally:
        made = f"select datname from pg_database where datdba = '{role}'::regrole"
        for (database,) in query(server, made):
            query(server, f'drop database "{database}" with (force)')
        query(server, f"drop role {role}")


def new_database(server: Server, folder: Path) -> Server:
    """An empty database that is named after a test's folder."""
    database = PostgresDatabase(folder).name
    query(server, f"drop database if exists {database} with (force)")
    query(server, f"create database {database}")
    return server | {"PGDATABASE": database}


@contextmanager
def new_roles(server: Server, *names: str, password: str) -> Iterator[None]:
    """Roles that may log in; what they were granted in the database goes with them."""
    for name in names:
        query(server, f"create role {name} login password '{password}'")
    try:
        yield
    finally:
        for name in names:
            query(server, f"drop owned by {name}; drop role {name}")


def unique(name: str) -> str:
    """A role's name that no other run on the same server has."""
    return f"clustr_{name}_{secrets.token_hex(4)}"


def connected(server: Server, **changed: str) -> Any:
    """A connection that commits each statement, to be closed by the caller."""
    said = {name: server[variable] for name, (variable, _) in DEFAULTS.items()}
    address = {name: value for name, value in said.items() if value}
    connection = psycopg2.connect(**address | changed)
    connection.autocommit = True
    return connection


def query(server: Server, sql: str, **changed: str) -> list[tuple[Any, ...]]:
    """Run one statement in a connection of its own; its rows, if it has any."""
    with (
        closing(connected(server, **changed)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []


class PostgresShop(Shop):
    """A shop in a database of its own."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server = new_database(server, folder)

    def environment(self) -> dict[str, str]:
        """Environment that points every command at this shop's database."""
        return super().environment() | self.server | {"DBT_TARGET": "postgres"}

    def rows(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement on the warehouse."""
        assert not parameters, "written into the statement here"
        return query(self.server, sql)

    def start_dbt(self, *arguments: str, log: Path) -> subprocess.Popen[str]:
        """Start dbt with a target folder of its own; its output goes to `log`."""
        variables = self.environment() | {
            "DBT_TARGET_PATH": str(log.with_suffix(".target")),
            "DBT_LOG_PATH": str(log.with_suffix(".logs")),
        }
        with log.open("w") as file:
            return subprocess.Popen(
                [*WITHOUT_COVERAGE, str(DBT), *arguments],
                cwd=PROJECT,
                env=variables,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
            )

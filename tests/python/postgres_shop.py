"""A shop of tests on PostgreSQL: a database of its own on the throwaway server."""

import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from clustr.feeds import PROJECT
from shop import DBT, WITHOUT_COVERAGE, Shop

Server = dict[str, str]


def connected(server: Server, **changed: str) -> Any:
    """A connection that commits each statement, to be closed by the caller."""
    address = {
        "host": server["PGHOST"],
        "port": server["PGPORT"],
        "user": server["PGUSER"],
        "dbname": server["PGDATABASE"],
    }
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
    """One database, made anew and named after the test's folder."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        database = folder.name.lower()[:60]
        query(server, f'drop database if exists "{database}" with (force)')
        query(server, f'create database "{database}"')
        self.server = server | {"PGDATABASE": database}

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

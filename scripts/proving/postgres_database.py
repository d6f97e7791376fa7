"""A PostgreSQL warehouse to break: a database of its own, of a server to play with.

The server is the one that the settings lead to; its role must be allowed to create
databases. scripts/with_postgres.py gives one to throw away.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from clustr import postgres
from clustr.console import ClustrError
from clustr.environment import settings
from clustr.postgres import MAINTENANCE
from proving.asking import Query
from proving.duckdb_file import MADE_FROM_RAW

DIGITS = 12
EXISTS = "select 1 from pg_database where datname = %s"
# PostgreSQL copies no database that somebody is connected to.
DISCONNECT = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = %s and pid != pg_backend_pid()
"""


def run_alone(database: str, statements: sql.Composable, *values: str) -> list[Any]:
    """Run statements outside any transaction; rows of the last, if it has any.

    Raises
    ------
    ClustrError
        If the server cannot be reached or refuses.
    """
    try:
        with closing(postgres.connect(database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statements, values or None)
                return list(cursor.fetchall()) if cursor.description else []
    except psycopg2.Error as error:
        reason = postgres.explain(str(error))
        raise ClustrError(f"PostgreSQL, database {database}: {reason}") from error


@dataclass(frozen=True)
class PostgresDatabase:
    """A warehouse in a database, which a path stands for as it does for a file."""

    path: Path

    @property
    def name(self) -> str:
        """Name of the database: of nobody else's, and the same for the same path."""
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:DIGITS]
        return f"clustr_{digest}"

    def exists(self) -> bool:
        """Whether there is such a database."""
        return bool(run_alone(MAINTENANCE, sql.SQL(EXISTS), self.name))

    def environment(self) -> dict[str, str]:
        """Variables that lead dbt and the scripts to it; makes it where missing."""
        if not self.exists():
            self._create("template1")
        found = postgres.parameters(settings())
        variables = {
            variable: found[name]
            for name, (variable, _) in postgres.DEFAULTS.items()
            if name in found
        }
        return variables | {
            "DBT_TARGET": "postgres",
            "DATABASE_URL": "",
            "PGDATABASE": self.name,
        }

    @contextmanager
    def asking(self) -> Iterator[Query]:
        """Connect to it to read; yields a function from SQL to rows.

        Raises
        ------
        ClustrError
            If it cannot be reached, or a query fails.
        """
        with closing(postgres.connect(self.name)) as connection:
            connection.set_session(readonly=True, autocommit=True)
            yield postgres.asker(connection)

    def save(self, copy: Path) -> None:
        """Copy it as it is, ending what is connected to it, for `restore`."""
        target = PostgresDatabase(copy)
        target.drop()
        if self.exists():
            run_alone(MAINTENANCE, sql.SQL(DISCONNECT), self.name)
            target._create(self.name)

    def restore(self, copy: Path) -> None:
        """Put back what `save` kept; there was no warehouse then if it kept nothing."""
        PostgresDatabase(copy).save(self.path)

    def copy_of_raw(self, path: Path) -> "PostgresDatabase":
        """Copy what was landed and taken into raw, without anything made of it."""
        self.save(path)
        copy = PostgresDatabase(path)
        for schema in MADE_FROM_RAW:
            drop = sql.SQL("drop schema if exists {} cascade")
            run_alone(copy.name, drop.format(sql.Identifier(schema)))
        return copy

    def drop(self) -> None:
        """Delete it if it is there, ending what is connected to it."""
        drop = sql.SQL("drop database if exists {} with (force)")
        run_alone(MAINTENANCE, drop.format(sql.Identifier(self.name)))

    def _create(self, template: str) -> None:
        create = sql.SQL("create database {} template {}")
        names = map(sql.Identifier, (self.name, template))
        run_alone(MAINTENANCE, create.format(*names))

"""Read the PostgreSQL warehouse, so that no statement can write it.

The session and each transaction are read-only, nothing is ever committed, a statement
has a minute. What is typed is opened by the server as a cursor, which it does for one
query only: no second statement, no `set transaction`, no `copy`. What is left are
functions that act beyond the transaction; those that may (volatile ones) are refused.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions

from clustr import postgres
from clustr.console import ClustrError
from querying.duckdb_types import Column, kind_of_postgres
from querying.reading import CHUNK, Reader, Result, interruptible

TIMEOUT = "60s"
SETTINGS = (
    "set default_transaction_read_only = on",
    f"set statement_timeout = '{TIMEOUT}'",
)
OPEN = """
    do $$
    declare typed refcursor := 'query_tool';
    begin open typed for execute current_setting('clustr.query_tool'); end $$
"""
FETCH = f"fetch forward {CHUNK} from query_tool"
# These differ from call to call, but leave nothing behind.
HARMLESS = {"clock_timestamp", "gen_random_uuid", "random", "timeofday"} | {
    *("bernoulli", "system"),  # of tablesample
}
VOLATILE = "select distinct proname from pg_proc where provolatile = 'v'"
WORD = re.compile(r"[^\W\d][\w$]*")
# a name that is spelled in code points would not be found among the words
UNREADABLE = re.compile(r"\bu&[\"']", re.IGNORECASE)
NOT_A_QUERY = re.compile(r"cannot open (\S+(?: \S+)*?) (?:query|plan) as cursor")


class PostgresReader(Reader):
    """A session that rolls back all it does."""

    def __init__(self, connection: psycopg2.extensions.connection) -> None:
        self.name = postgres.name_of(connection)
        self.connection = connection
        connection.set_session(readonly=True, autocommit=False)
        with connection.cursor() as cursor:
            for statement in SETTINGS:
                cursor.execute(statement)
        # the settings are the session's; nothing else is ever committed
        connection.commit()

    def read(self, sql: str) -> Result:
        """Rows of a statement of this project's own, as they come.

        Raises
        ------
        ClustrError
            If it fails, now or while rows are taken.
        """
        self.connection.rollback()
        cursor = self.connection.cursor()
        try:
            cursor.execute(
                "select set_config('clustr.query_tool', %s, true)", [sql.strip()]
            )
            for statement in (OPEN, FETCH):
                self._execute(cursor, statement)
            columns = tuple(
                Column(
                    one.name, kind_of_postgres(one.type_code, one.precision, one.scale)
                )
                for one in cursor.description or ()
            )
        except (psycopg2.Error, ValueError) as error:
            self.connection.rollback()
            raise explained(error) from error
        return Result(columns, self._rows(cursor))

    def _execute(self, cursor: psycopg2.extensions.cursor, statement: str) -> None:
        interruptible(lambda: cursor.execute(statement), self.connection.cancel)

    def _rows(self, cursor: psycopg2.extensions.cursor) -> Iterator[tuple[Any, ...]]:
        try:
            while chunk := cursor.fetchall():
                yield from chunk
                self._execute(cursor, FETCH)
        except (psycopg2.Error, ValueError, OverflowError) as error:
            raise explained(error) from error
        finally:
            cursor.close()
            self.connection.rollback()

    def read_typed(self, sql: str) -> Result:
        """Rows of one query that somebody typed.

        Raises
        ------
        ClustrError
            If it is more or other than one query, or holds the name of a volatile
            function: a superuser's could write files or run programs.
        """
        if not sql.strip(" \t\r\n;"):
            raise ClustrError("SQL: 0 statements; give one")
        if UNREADABLE.search(sql):
            raise ClustrError('SQL: U&"..." is refused; write the name itself')
        volatile = {str(name) for (name,) in self.ask(VOLATILE)} - HARMLESS
        for word in WORD.findall(sql):
            if word in volatile or word.lower() in volatile:
                raise ClustrError(f"SQL: {word} is refused; it may change something")
        return self.read(sql)


def explained(error: Exception) -> ClustrError:
    """The engine's first line."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    if found := NOT_A_QUERY.search(line):
        if found[1] == "multi-query":
            return ClustrError("SQL: several statements; give one")
        return ClustrError(f"SQL: {found[1]} is refused; only select is run here")
    return ClustrError(f"PostgreSQL: {line}")


@contextmanager
def opened_postgres() -> Iterator[PostgresReader]:
    """Read the PostgreSQL warehouse while the block runs.

    Raises
    ------
    ClustrError
        If it cannot be reached.
    """
    with closing(postgres.connect()) as connection:
        yield PostgresReader(connection)

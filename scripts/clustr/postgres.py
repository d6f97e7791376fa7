"""Connect to the PostgreSQL warehouse, or say in one line why that cannot be.

The address is `DATABASE_URL`, else PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE,
each from the environment or from `.env`; profiles.yml reads the same variables.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import psycopg2
import psycopg2.extensions

from clustr.console import ClustrError
from clustr.contents import Ask
from clustr.environment import settings

# no @ but the one before the host: in a password it would be taken for that
URL = re.compile(
    r"(?!.*%(?![0-9A-Fa-f]{2}))postgres(ql)?://([^@/?]*@)?"
    r"(\[[^]]*]|[^@/?:]*)(:[0-9]*)?(/[^@?]*)?([?][^@]*)?"
)
# libpq's names, the variables that stand for them, and what holds without either
DEFAULTS = {
    "host": ("PGHOST", "localhost"),
    "port": ("PGPORT", "5432"),
    "user": ("PGUSER", "clustr"),
    "password": ("PGPASSWORD", ""),
    "dbname": ("PGDATABASE", "clustr"),
    "sslmode": ("PGSSLMODE", ""),
}
CONNECT_TIMEOUT = 10
# A server without any other database has at least this one.
MAINTENANCE = "postgres"


def parameters(variables: Mapping[str, str]) -> dict[str, str]:
    """What libpq needs to connect, by its own names.

    What `DATABASE_URL` does not say comes from the PG variables. What both leave out
    has the default of profiles.yml, but for the password, which libpq may know from
    elsewhere, such as `~/.pgpass`.

    Raises
    ------
    ClustrError
        If `DATABASE_URL` is not a URL of PostgreSQL. It is not shown.
    """
    url = variables.get("DATABASE_URL", "")
    found = take_apart(url) if url else {}
    for name, (variable, default) in DEFAULTS.items():
        found[name] = found.get(name) or variables.get(variable, default)
    return {name: value for name, value in found.items() if value}


def take_apart(url: str) -> dict[str, str]:
    """The parts of a PostgreSQL URL, by libpq's names.

    Raises
    ------
    ClustrError
        If it is something else. It is not shown, for it may hold a password.
    """
    try:
        if URL.fullmatch(url):
            return dict(psycopg2.extensions.parse_dsn(url))
    except psycopg2.Error:
        pass
    raise ClustrError(
        "DATABASE_URL is not postgresql://USER:PASSWORD@HOST:PORT/DATABASE;"
        " write any of :/?#[]@% in the password as %40 and the like"
    )


def address(found: Mapping[str, str]) -> str:
    """Where the parameters lead, without the password."""
    return "{user}@{host}:{port}/{dbname}".format_map(defaultdict(str, found))


def connect(database: str = "") -> psycopg2.extensions.connection:
    """Connect to the warehouse that the settings name, or to a database beside it.

    Raises
    ------
    ClustrError
        If the settings are wrong, nobody answers, or the server refuses; the line
        says where and why, without the password.
    """
    found = parameters(settings()) | ({"dbname": database} if database else {})
    try:
        return psycopg2.connect(
            **{"connect_timeout": CONNECT_TIMEOUT, "application_name": "clustr"} | found
        )
    except psycopg2.Error as error:
        reason = explain(str(error))
        raise ClustrError(f"PostgreSQL at {address(found)}: {reason}") from None


def explain(message: str) -> str:
    """Why a connection failed, from the several lines of libpq's message."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    reason = (lines or ["no reason given"])[0].partition(" failed: ")
    return (reason[2] or reason[0]).removeprefix("FATAL:").strip()


def name_of(connection: psycopg2.extensions.connection) -> str:
    """Where a connection leads, without the password."""
    return address(connection.get_dsn_parameters())


def asker(connection: psycopg2.extensions.connection) -> Ask:
    """A function that gives a statement's rows, if any, or raises ClustrError."""

    def ask(sql: str) -> list[Any]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []
        except psycopg2.Error as error:
            line = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ClustrError(f"PostgreSQL: {line}") from error

    return ask

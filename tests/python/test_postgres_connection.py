"""Where PostgreSQL is, from a URL, the PG variables or .env; and why it cannot be."""

import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from dbt.adapters.factory import load_plugin
from dbt.config.profile import Profile
from dbt.config.renderer import ProfileRenderer
from dbt.exceptions import EnvVarMissingError
from dbt.flags import set_from_args
from dbt_common.context import set_invocation_context

from clustr import postgres
from clustr.console import ClustrError
from clustr.environment import read_env_file, settings
from clustr.feeds import PROJECT
from postgres_shop import Server, new_roles, query, unique

EXAMPLE = yaml.safe_load((PROJECT / "profiles.yml.example").read_text())
ASIDE = {"PGUSER": "me", "PGPASSWORD": "aside"}
UNSAID = {
    "host": "localhost",
    "port": "5432",
    "user": "me",
    "password": "aside",
    "dbname": "clustr",
    "sslmode": "",
}
URLS: list[tuple[str, dict[str, str]]] = [
    ("", {}),
    (
        "postgresql://a:b@shop.example:5/d",
        {
            "host": "shop.example",
            "port": "5",
            "user": "a",
            "password": "b",
            "dbname": "d",
        },
    ),
    (
        "postgres://a%40b:p%2Fw%C3%A9%25%22%5C%27%7B%7B@h/d%20b?sslmode=require",
        {
            "host": "h",
            "user": "a@b",
            "password": "p/w\u00e9%\"\\'{{",
            "dbname": "d b",
            "sslmode": "require",
        },
    ),
    (
        "postgres://a:p\u0142#'$0123@h",
        {"host": "h", "user": "a", "password": "p\u0142#'$0123"},
    ),
    ("postgres://a:0123@h", {"host": "h", "user": "a", "password": "0123"}),
    ("postgresql://[::1]:9/d", {"host": "::1", "port": "9", "dbname": "d"}),
    (
        "postgresql://a:p%5Bw@[::1]/d",
        {"host": "::1", "user": "a", "password": "p[w", "dbname": "d"},
    ),
    (
        "postgresql://a@%2Frun%2Fpg:7/d",
        {"host": "/run/pg", "port": "7", "user": "a", "dbname": "d"},
    ),
    (
        "postgresql://a:@/d?host=/run/pg&port=7",
        {"host": "/run/pg", "port": "7", "user": "a", "dbname": "d"},
    ),
    ("postgresql:///d?connect_timeout=3", {"dbname": "d"}),
]
LOCKED = unique("locked")
RIGHT = "r:/?#[]@%\u00e9"
WRONG = [
    "mysql://a:secret@h/d",
    "h/d",
    "host=h password=secret",
    "postgresql://a:sec@ret@h/d",
    "postgresql://a:sec/ret@h/d",
    "postgresql://a:sec?ret@h/d",
    "postgresql://a:%secret@h/d",
    "postgresql://a:secret@h:5x/d",
    "postgresql://h1:1,h2:2/d",
]


def dbt_parameters(variables: dict[str, str]) -> dict[str, str]:
    """What dbt reads off profiles.yml.example, by libpq's names."""
    set_from_args(Namespace(), None)
    load_plugin("postgres")
    set_invocation_context(variables)
    profile = Profile.from_raw_profile_info(
        EXAMPLE["clustr"], "clustr", ProfileRenderer({}), target_override="postgres"
    )
    found: Any = profile.credentials
    return {
        "host": found.host,
        "port": str(found.port),
        "user": found.user,
        "password": found.password,
        "dbname": found.database,
        "sslmode": found.sslmode,
    }


@pytest.mark.parametrize(("url", "said"), URLS, ids=[url for url, _ in URLS])
def test_dbt_and_the_scripts_read_a_url_alike(url: str, said: dict[str, str]) -> None:
    variables = ASIDE | {"DATABASE_URL": url}
    found = postgres.parameters(variables)
    assert {name: found.get(name, "") for name in UNSAID} == UNSAID | said
    assert dbt_parameters(variables) == UNSAID | said


@pytest.mark.parametrize("url", WRONG)
def test_neither_takes_another_url_for_none_nor_shows_it(url: str) -> None:
    with pytest.raises(ClustrError, match="DATABASE_URL is not postgresql://") as ours:
        postgres.parameters({"DATABASE_URL": url})
    with pytest.raises(EnvVarMissingError, match="DATABASE_URL as") as theirs:
        dbt_parameters({"DATABASE_URL": url})
    assert "sec" not in f"{ours.value}{theirs.value}"


def test_env_file_is_read_as_a_shell_reads_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "# where it is\n\nexport PGHOST=shop.example\n"
        "PGPASSWORD='a b#\"$c'  # quoted\nPGUSER=\n"
    )
    expected = {"PGHOST": "shop.example", "PGPASSWORD": 'a b#"$c', "PGUSER": ""}
    assert read_env_file(path) == expected
    assert read_env_file(tmp_path / "none") == {}


@pytest.mark.parametrize("line", ["secret", "PG PASSWORD=secret", "PGPASSWORD='secret"])
def test_env_file_that_is_none_is_named_but_not_shown(
    tmp_path: Path, line: str
) -> None:
    (tmp_path / ".env").write_text(f"PGUSER=a\n{line}\n")
    with pytest.raises(ClustrError, match=r"\.env, line 2: ") as error:
        settings(tmp_path)
    assert "secret" not in str(error.value)


def test_the_environment_comes_before_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://elsewhere/d\nPGPORT=7\n")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.delenv("PGPORT", raising=False)
    found = settings(tmp_path)
    assert found["DATABASE_URL"] == "" and found["PGPORT"] == "7"


def test_with_env_runs_a_command_with_both(tmp_path: Path) -> None:
    for part in ("scripts/clustr", "scripts/with_env.py"):
        target = tmp_path / part
        target.parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
        copy(PROJECT / part, target)
    (tmp_path / ".env").write_text("PGUSER='ana lyst'\n")
    show = "import os; print(os.environ['PGUSER'], 'PATH' in os.environ); exit(3)"
    script = str(tmp_path / "scripts/with_env.py")
    result = subprocess.run(
        [sys.executable, script, sys.executable, "-c", show],
        capture_output=True,
        text=True,
    )
    assert (result.returncode, result.stdout) == (3, "ana lyst True\n")


@pytest.fixture
def locked_server(postgres_server: Server) -> Iterator[Server]:
    """The server with a user LOCKED, who is asked for the password RIGHT.

    One that DATABASE_URL names asks everybody; the throwaway one asks nobody else.
    """
    rules = Path(postgres_server["PGHOST"]) / "pg_hba.conf"
    if rules.exists():
        rules.write_text(f"local all {LOCKED} scram-sha-256\n{rules.read_text()}")
        query(postgres_server, "select pg_reload_conf()")
    with new_roles(postgres_server, LOCKED, password=RIGHT):
        yield postgres_server


def url_of(server: Server, password: str, database: str = "postgres") -> str:
    host = quote(server["PGHOST"], safe="")
    user = f"{LOCKED}:{quote(password, safe='')}"
    return f"postgresql://{user}@{host}:{server['PGPORT']}/{database}"


def error_of(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ClustrError) as error:
        postgres.connect()
    line = str(error.value)
    assert "\n" not in line and "secret" not in line
    return line


def test_what_is_wrong_is_one_line_without_the_password(
    locked_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "password authentication failed" in error_of(
        url_of(locked_server, "secret"), monkeypatch
    )
    assert 'database "nosuch" does not exist' in error_of(
        url_of(locked_server, RIGHT, "nosuch"), monkeypatch
    )
    line = error_of("postgresql://a:secret@127.0.0.1:1/d", monkeypatch)
    assert line == "PostgreSQL at a@127.0.0.1:1/d: Connection refused"
    assert "could not translate host name" in error_of(
        "postgresql://a:secret@nosuch.invalid/d", monkeypatch
    )
    monkeypatch.setenv("DATABASE_URL", url_of(locked_server, RIGHT))
    postgres.connect().close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://a:secret@127.0.0.1:1/d", "Connection refused"),
        ("mysql://a:secret@h/d", "DATABASE_URL is not postgresql://"),
    ],
)
def test_make_build_stops_with_one_line(
    url: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    for script in ("preflight.py", "summary.py"):
        result = subprocess.run(
            [sys.executable, PROJECT / "scripts" / script, "--target", "postgres"],
            capture_output=True,
            text=True,
        )
        assert result.returncode == 2 and result.stdout == ""
        assert result.stderr.count("\n") == 1 and reason in result.stderr
        assert "secret" not in result.stderr

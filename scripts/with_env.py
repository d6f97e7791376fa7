"""Run a command with the variables of `.env` as well as those of the environment.

    python scripts/with_env.py dbt build --target postgres

dbt itself reads the environment only. Where both name a variable, the environment's
holds. Exit code: the command's own; 2: could not run it.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from clustr.console import ClustrError, fail
from clustr.environment import settings


def main(argv: Sequence[str] | None = None) -> int:
    """Become the command; return an exit code only if that cannot be."""
    parser = argparse.ArgumentParser(
        prog="with_env.py", description=__doc__.splitlines()[0]
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run")
    command = parser.parse_args(argv).command
    if not command:
        parser.error("which command?")
    try:
        os.execvpe(command[0], command, dict(settings()))
    except (ClustrError, OSError) as error:
        return fail(error)


if __name__ == "__main__":
    sys.exit(main())

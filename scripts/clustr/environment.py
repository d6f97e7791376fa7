"""Settings: the environment, and behind it the file `.env` of the project's folder."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from clustr.console import ClustrError
from clustr.feeds import PROJECT

ENV_FILE = ".env"


def read_env_file(path: Path) -> dict[str, str]:
    """Variables of a file of lines `NAME=value`, as a shell would read them.

    Blank lines, comments, quotes and a leading `export` are understood; nothing is
    expanded. A file that is not there gives none.

    Raises
    ------
    ClustrError
        If a line is something else. Its number is named and never its text, which may
        be a password.
    """
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), start=1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ClustrError(f"{path}, line {number}: {error}") from error
        words = words[1:] if words[:1] == ["export"] else words
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not name.isidentifier():
                raise ClustrError(
                    f"{path}, line {number}: not NAME=value; quote a value with blanks"
                )
            found[name] = value
    return found


def settings(project: Path = PROJECT) -> Mapping[str, str]:
    """The environment's variables, and those that only `.env` has.

    Raises
    ------
    ClustrError
        If `.env` cannot be understood.
    """
    return read_env_file(project / ENV_FILE) | os.environ

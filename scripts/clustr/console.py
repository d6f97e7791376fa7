"""How Clustr's scripts talk: one-line errors, exit codes, progress on a terminal."""

import sys

EXIT_OK = 0
EXIT_CHECK_FAILED = 1
EXIT_COULD_NOT_RUN = 2


class ClustrError(Exception):
    """A problem the user can mend; its text is the one line they are shown."""


def fail(error: Exception) -> int:
    """Print an error as one line on standard error and return exit code 2."""
    line = " ".join(str(error).split())
    print(f"error: {line}", file=sys.stderr)
    return EXIT_COULD_NOT_RUN


def progress(message: str) -> None:
    """Say what is being done, on standard error, when a person is watching."""
    if sys.stderr.isatty():
        print(message, file=sys.stderr, flush=True)

"""Files that appear at once and whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from clustr.console import ClustrError


@contextmanager
def replacing(path: Path, option: str) -> Iterator[Path]:
    """Give a new file to write, and move it to its place when the block is over.

    `option` is what named the file, for messages. If the block fails, the file that was
    there before stays.

    Raises
    ------
    ClustrError
        If it cannot be written.
    """
    try:
        with TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as folder:
            new = Path(folder) / path.name
            yield new
            new.replace(path)
    except OSError as error:
        raise ClustrError(f"{option} {path}: {error.strerror or error}") from error

"""Folders in which a script works: temporary, or kept to look at."""

import os
import shutil
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from clustr.console import ClustrError

MEMORY_FOLDER = Path("/dev", "shm")
# A container has 64 MB of it, unless told otherwise.
ENOUGH_MEMORY = 2 * 2**30


def work_folder(
    keep: Path | None, *, in_memory: bool = False
) -> AbstractContextManager[str]:
    """A temporary folder, or the one to keep, made where missing.

    A temporary one lies in memory where that is asked for and there is enough.

    Raises
    ------
    ClustrError
        If the folder to keep holds something already.
    """
    if keep is None:
        has_memory = (
            os.access(MEMORY_FOLDER, os.W_OK)
            and shutil.disk_usage(MEMORY_FOLDER).free > ENOUGH_MEMORY
        )
        parent = MEMORY_FOLDER if in_memory and has_memory else None
        return tempfile.TemporaryDirectory(prefix="clustr-", dir=parent)
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise ClustrError(f"--keep {keep}: the folder is not empty")
    return nullcontext(str(keep.resolve()))

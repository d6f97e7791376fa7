"""Read a delivered file in blocks, unpacked, and know its checksum at the end."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clustr.console import ClustrError

BLOCK_BYTES = 4 << 20


class _Hashed(io.RawIOBase):
    """A binary file that hashes every byte that passes through it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = self._file.readinto(buffer) or 0
        self.digest.update(memoryview(buffer)[:count])
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class Source:
    """One file of a delivery, read once from start to end.

    Parameters
    ----------
    path
        The file; a name ending in `.gz` is unpacked on the way.
    label
        How errors name the file.
    """

    def __init__(self, path: Path, label: str) -> None:
        self.path = path
        self.label = label
        self.sha256 = ""

    def blocks(self) -> Iterator[bytes]:
        """Yield the (unpacked) bytes in blocks; afterwards `sha256` is known.

        Raises
        ------
        ClustrError
            If the file cannot be read or is not sound gzip.
        """
        unpack = self.path.name.lower().endswith(".gz")
        try:
            with _Hashed(self.path) as raw, io.BufferedReader(raw, 1 << 20) as packed:
                stream = gzip.GzipFile(fileobj=packed) if unpack else packed
                while block := stream.read(BLOCK_BYTES):
                    yield block
                self.sha256 = raw.digest.hexdigest()
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise ClustrError(f"{self.label}: broken gzip file: {error}") from error
        except OSError as error:
            problem = error.strerror or error
            raise ClustrError(f"{self.label}: cannot be read: {problem}") from error


def checksum(path: Path, label: str) -> str:
    """SHA-256 of a file's bytes as they lie on disk, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ClustrError(f"{label}: cannot be read: {error.strerror}") from error

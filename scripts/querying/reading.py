"""What both engines' readers give: rows in chunks, with their columns."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from threading import Event
from typing import Any, TypeVar, cast

from querying.duckdb_types import Column

Answer = TypeVar("Answer")
Rows = list[tuple[Any, ...]]
CHUNK = 5_000
HEARING_SECONDS = 0.2


@dataclass(frozen=True)
class Result:
    """Columns of a query and its rows, which may be taken once."""

    columns: tuple[Column, ...]
    rows: Iterator[tuple[Any, ...]]


class Reader(ABC):
    """A warehouse that can be read and not be written."""

    name: str
    """Where it is: the file, or the server and database."""

    def ask(self, sql: str) -> Rows:
        """Rows of a statement of this project's own.

        Raises
        ------
        ClustrError
            If it fails.
        """
        return list(self.read(sql).rows)

    @abstractmethod
    def read(self, sql: str) -> Result:
        """Rows of a statement of this project's own, as they come."""

    @abstractmethod
    def read_typed(self, sql: str) -> Result:
        """Rows of one statement that somebody typed; refused if it is not a query."""


Opened = AbstractContextManager[Reader]


class Cut:
    """The first rows of others, and whether there were more."""

    def __init__(self, rows: Iterator[tuple[Any, ...]], limit: int | None) -> None:
        self.rows, self.limit = rows, limit
        self.count = 0
        self.is_cut = False

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The first `limit` rows, or all if it is None."""
        for row in islice(self.rows, self.limit):
            self.count += 1
            yield row
        self.is_cut = next(self.rows, None) is not None


def interruptible(work: Callable[[], Answer], cancel: Callable[[], None]) -> Answer:
    """What an engine's call gives; Ctrl-C cancels it and is raised when it has ended.

    Inside such a call the engines' drivers do not always hear Ctrl-C, DuckDB's not if
    another thread of its own does the work. So it is made in a thread, which waits for
    its sign: a Ctrl-C that comes while the thread starts leaves nothing begun.
    """
    sign, given_up = Event(), Event()

    def begin() -> Answer | None:
        sign.wait()
        return None if given_up.is_set() else work()

    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            call = thread.submit(begin)
            sign.set()
            # not at once for good: a signal need not wake who waits
            while not wait([call], timeout=HEARING_SECONDS).done:
                pass
        except KeyboardInterrupt:
            if not sign.is_set():
                given_up.set()
            sign.set()
            # what has not begun yet does not hear the first
            while not (given_up.is_set() or wait([call], HEARING_SECONDS).done):
                cancel()
            raise
        return cast("Answer", call.result())


def listing(names: Sequence[str], kinds: Sequence[str], rows: Rows) -> Result:
    """A result made here, of columns with the given DuckDB types."""
    columns = tuple(Column(*pair) for pair in zip(names, kinds, strict=True))
    return Result(columns, iter(rows))

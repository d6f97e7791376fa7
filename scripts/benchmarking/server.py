"""The PostgreSQL server's processes, which do the work that a command asks for."""

import math
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from clustr import postgres

PROGRAM = "postgres"
# In /proc/N/stat, counted from behind the program's name.
PARENT = 1
OWN_AND_ENDED_CHILDREN = slice(11, 15)


@dataclass(frozen=True)
class Server:
    """A server; `pid` is its first process, None if that is on another machine."""

    pid: int | None

    def processes(self) -> list[int]:
        """The first process and those that it has started; none if not known."""
        if self.pid is None:
            return []
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        try:
            children = path.read_text(encoding="ascii").split()
        except OSError:
            children = []
        return [self.pid, *map(int, children)]

    def cpu_seconds(self) -> float:
        """CPU seconds of all processes so far, ended ones too; nan if not known."""
        if self.pid is None:
            return math.nan
        stats: list[list[str]] = []
        before: list[int] = []
        while (processes := self.processes()) != before:
            # of one that ends meanwhile both it and its parent may lack the time
            stats, before = [_stat(pid) for pid in processes], processes
        ticks = sum(sum(map(int, stat[OWN_AND_ENDED_CHILDREN])) for stat in stats)
        return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """What /proc tells of a process of PostgreSQL, nothing if there is no such."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    name, _, rest = text.partition("(")[2].rpartition(")")
    return rest.split() if name == PROGRAM else []


def find_server() -> Server:
    """The server that the settings lead to.

    Raises
    ------
    ClustrError
        If it cannot be reached.
    """
    with closing(postgres.connect(postgres.MAINTENANCE)) as connection:
        is_here = str(connection.info.host).startswith("/")
        stat = _stat(connection.info.backend_pid) if is_here else []
    parent = int(stat[PARENT]) if stat else 0
    return Server(parent if parent and _stat(parent) else None)

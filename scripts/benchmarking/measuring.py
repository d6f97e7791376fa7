"""Run a command and measure its time and memory."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarking.server import Server
from clustr.console import ClustrError

SECONDS_BETWEEN_SAMPLES = 0.1
# Linux counts the resident set in KiB, macOS in bytes.
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Sample:
    """Resident memory in bytes at an instant, seconds since the epoch."""

    at: float
    memory: int


@dataclass(frozen=True)
class Run:
    """What a command cost: wall and CPU seconds, and the largest memory in bytes.

    The memory is that of one process. What a server did meanwhile counts as well; on
    another machine nobody knows its CPU seconds, which makes them nan.
    """

    seconds: float
    cpu_seconds: float
    peak_memory: int
    samples: tuple[Sample, ...] = field(repr=False)

    def peak_between(self, start: float, end: float) -> int | None:
        """Largest memory sampled in a period; None when there was no sample."""
        sampled = (s.memory for s in self.samples if start <= s.at <= end)
        return max(sampled, default=None)


def resident_memory(pid: int) -> int | None:
    """Resident memory of a process in bytes; None where /proc does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Limits:
    """How long a command may take and how large one of its processes may grow.

    They are for a command that is alone with its children: these are killed with it,
    and the largest of them counts.
    """

    seconds: float
    memory: int


class LimitReachedError(ClustrError):
    """A command was stopped because it took too long or too much memory."""


@dataclass
class _Watch:
    """Samples of a process, and which limit it has reached."""

    pid: int
    server: Server | None
    limits: Limits | None
    samples: list[Sample] = field(default_factory=list)
    reached: str | None = None

    def processes(self) -> list[int]:
        """The command, what works for it, and its children if it is limited."""
        others = self.server.processes() if self.server else []
        return [self.pid, *others, *(children_of(self.pid) if self.limits else [])]

    def peak(self) -> int:
        """Largest memory sampled; 0 when there was no sample."""
        return max((sample.memory for sample in self.samples), default=0)

    def until(self, is_over: threading.Event) -> None:
        """Sample until it is over, and stop the command at its limits."""
        start = time.perf_counter()
        while not is_over.wait(SECONDS_BETWEEN_SAMPLES):
            sizes = map(resident_memory, self.processes())
            memory = max((size for size in sizes if size is not None), default=None)
            if memory is not None:
                self.samples.append(Sample(time.time(), memory))
            if self.limits is None or self.reached:
                continue
            if time.perf_counter() - start > self.limits.seconds:
                self.reached = f"not done after {self.limits.seconds:g} s"
            elif memory is not None and memory > self.limits.memory:
                self.reached = f"above {self.limits.memory / 2**30:.1f} GiB"
            if self.reached:
                # the command began a session of its own
                os.killpg(self.pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The processes that a process started, and theirs, where /proc tells."""
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, file.read_text(encoding="ascii").split()):
                found += [child, *children_of(child)]
    return found


@contextmanager
def _sampling(watch: _Watch) -> Iterator[None]:
    """Sample the largest process while the block runs."""
    is_over = threading.Event()
    sampler = threading.Thread(target=watch.until, args=(is_over,))
    sampler.start()
    try:
        yield
    finally:
        is_over.set()
        sampler.join()


def _failure(program: str | Path, code: int, log: Path) -> ClustrError:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "no output")
    return ClustrError(
        f"{Path(program).name} ended with {code}: {last.strip()} (all of it in {log})"
    )


@contextmanager
def _killed_on_interrupt(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill the process if waiting for it ends early: it has a session of its own."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def run(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    server: Server | None = None,
    limits: Limits | None = None,
) -> Run:
    """Run a command to its end, its output in `log`; `server` does work for it.

    Raises
    ------
    ClustrError
        If it fails; the message holds the last line it printed.
    LimitReachedError
        If it was stopped at its limits; the message says at which.
    """
    server_cpu = server.cpu_seconds() if server else 0.0
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **env},
            cwd=cwd,
            start_new_session=limits is not None,
        )
        watch = _Watch(process.pid, server, limits)
        with _sampling(watch), _killed_on_interrupt(process):
            _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    server_cpu = server.cpu_seconds() - server_cpu if server else 0.0
    process.returncode = os.waitstatus_to_exitcode(status)
    if watch.reached:
        raise LimitReachedError(watch.reached)
    if process.returncode:
        raise _failure(command[0], process.returncode, log)
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime + server_cpu,
        # the kernel's own figure may lag a little behind what was sampled
        peak_memory=max(usage.ru_maxrss * MAXRSS_UNIT, watch.peak()),
        samples=tuple(watch.samples),
    )

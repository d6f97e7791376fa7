"""Run a command and measure its time and memory."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
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


def _sample(
    pid: int, server: Server | None, samples: list[Sample], is_over: threading.Event
) -> None:
    while not is_over.wait(SECONDS_BETWEEN_SAMPLES):
        processes = [pid, *(server.processes() if server else [])]
        found = [size for size in map(resident_memory, processes) if size is not None]
        if found:
            samples.append(Sample(time.time(), max(found)))


@contextmanager
def _sampling(pid: int, server: Server | None) -> Iterator[list[Sample]]:
    """Sample the largest process while the block runs; the samples come as it does."""
    samples: list[Sample] = []
    is_over = threading.Event()
    sampler = threading.Thread(target=_sample, args=(pid, server, samples, is_over))
    sampler.start()
    try:
        yield samples
    finally:
        is_over.set()
        sampler.join()


def _failure(program: str | Path, code: int, log: Path) -> ClustrError:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line for line in reversed(lines) if line.strip()), "no output")
    return ClustrError(
        f"{Path(program).name} ended with {code}: {last.strip()} (all of it in {log})"
    )


def run(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str],
    cwd: Path,
    server: Server | None = None,
) -> Run:
    """Run a command to its end, its output in `log`; `server` does work for it.

    Raises
    ------
    ClustrError
        If it fails; the message holds the last line it printed.
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
        )
        with _sampling(process.pid, server) as samples:
            _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    server_cpu = server.cpu_seconds() - server_cpu if server else 0.0
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise _failure(command[0], process.returncode, log)
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime + server_cpu,
        # the kernel's own figure may lag a little behind what was sampled
        peak_memory=max(
            usage.ru_maxrss * MAXRSS_UNIT, *(sample.memory for sample in samples), 0
        ),
        samples=tuple(samples),
    )

"""Run a command and measure its time and memory."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    """What a command cost: wall and CPU seconds, and the largest memory in bytes."""

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


def own_peak_memory() -> int:
    """Largest resident memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT


def _sample(pid: int, samples: list[Sample], is_over: threading.Event) -> None:
    while not is_over.wait(SECONDS_BETWEEN_SAMPLES):
        if (memory := resident_memory(pid)) is not None:
            samples.append(Sample(time.time(), memory))


def run(
    command: Sequence[str | Path], log: Path, env: Mapping[str, str], cwd: Path
) -> Run:
    """Run a command to its end, its output in `log`.

    Raises
    ------
    ClustrError
        If it fails; the message holds the last line it printed.
    """
    samples: list[Sample] = []
    is_over = threading.Event()
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **env},
            cwd=cwd,
        )
        sampler = threading.Thread(target=_sample, args=(process.pid, samples, is_over))
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            is_over.set()
            sampler.join()
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "no output")
        raise ClustrError(
            f"{Path(str(command[0])).name} ended with {process.returncode}: "
            f"{last.strip()} (all of it in {log})"
        )
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        # the kernel's own figure may lag a little behind what was sampled
        peak_memory=max(
            usage.ru_maxrss * MAXRSS_UNIT, *(sample.memory for sample in samples), 0
        ),
        samples=tuple(samples),
    )

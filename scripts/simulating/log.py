"""Read a table of rewards: a column per arm, a row per round."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clustr.console import ClustrError
from simulating.world import Floats

GZIP_START = b"\x1f\x8b"
REWARDS = {"0": 0.0, "1": 1.0}


@dataclass(frozen=True)
class RewardLog:
    """What each arm would have earned in each round."""

    arms: tuple[str, ...]
    rewards: Floats
    """0 or 1, of shape (rounds, arms); at least one of each."""


def read_reward_log(path: Path) -> RewardLog:
    """Read a CSV file, plain or gzip, that names its arms in the first row.

    Raises
    ------
    ClustrError
        If it is not such a file, has no round, or a cell is missing or anything but 0
        or 1; the line names the file, the row (counted from 1 below the names), the
        column and the value.
    OSError
        If it cannot be read.
    """
    try:
        data = path.read_bytes()
        if data.startswith(GZIP_START):
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ClustrError(f"{path}: gzip data is damaged: {error}") from error
    except UnicodeDecodeError as error:
        raise ClustrError(f"{path}: not text in UTF-8: {error.reason}") from error
    try:
        table = list(csv.reader(io.StringIO(text.rstrip(), newline=""), strict=True))
    except csv.Error as error:
        raise ClustrError(f"{path}: not a CSV file: {error}") from error
    if not table:
        raise ClustrError(f"{path}: the file is empty")
    arms = tuple(name.strip() for name in table[0])
    if len(table) == 1:
        raise ClustrError(f"{path}: no round below the names of {len(arms)} arms")
    rounds = [
        list(_rewards(f"{path}: row {number}", arms, cells))
        for number, cells in enumerate(table[1:], start=1)
    ]
    return RewardLog(arms, np.array(rounds))


def _rewards(place: str, arms: Sequence[str], cells: Sequence[str]) -> Iterator[float]:
    if len(cells) > len(arms):
        raise ClustrError(f"{place} has {len(cells)} cells for {len(arms)} arms")
    for i, arm in enumerate(arms):
        if i >= len(cells) or not cells[i].strip():
            raise ClustrError(f"{place}, column {arm!r}: the value is missing")
        reward = REWARDS.get(cells[i].strip())
        if reward is None:
            raise ClustrError(f"{place}, column {arm!r}: {cells[i]!r} is not 0 or 1")
        yield reward

"""Go over a CSV file before DuckDB loads it and know exactly what it holds.

DuckDB's reader is fast but forgiving: it can swallow rows after an unbalanced quote
and does not say on which physical line a row began. This scan, whole blocks at a time
in NumPy, refuses what is ambiguous, counts the records, sets apart those with a wrong
number of fields, and gives every record its line. The loader then holds DuckDB to it.
"""

import csv
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

import numpy as np

from clustr.console import ClustrError
from landing.csv_quotes import (
    COMMA,
    NEWLINE,
    QUOTE,
    RETURN,
    Bytes,
    Positions,
    QuoteError,
    quoted_mask,
)
from landing.csv_text import UTF8_MARK, bad_byte, cut_out, foreign_text
from landing.source import Source

LONGEST_RECORD = 32 << 20


class Sink(Protocol):
    """Where the scan puts what it finds, block by block, so that memory stays flat."""

    def reject(self, lines: Positions, payloads: list[str]) -> None:
        """Take records that have too many or too few fields."""

    def number(self, lines: Positions) -> None:
        """Take the lines on which the next good rows start."""


@dataclass
class CsvScan:
    """What a CSV file holds; rows read are `landed` + `rejected`."""

    header: list[str] = field(default_factory=list)
    header_lines: int = 0
    landed: int = 0
    rejected: int = 0
    longest: int = 0
    is_multiline: bool = False


@dataclass(frozen=True)
class _Records:
    """The records of one block; arrays have one entry per record, in order."""

    starts: Positions
    ends: Positions
    fields: Positions
    lines: Positions
    line_count: int

    def longest(self) -> list[tuple[int, int]]:
        """Start and end of the longest record, if there is one."""
        if not len(self.ends):
            return []
        at = int(np.argmax(self.ends - self.starts))
        return [(int(self.starts[at]), int(self.ends[at]))]

    def tail(self, first: int) -> "_Records":
        """The records from index `first` on."""
        return _Records(
            self.starts[first:],
            self.ends[first:],
            self.fields[first:],
            self.lines[first:],
            self.line_count,
        )


class CsvScanner:
    """One pass over one file; `run` gives the result.

    Parameters
    ----------
    source
        The file.
    sink
        Takes what is found; None on a second pass.
    copy
        An open file that takes the header and the good records; None for no copy.
    """

    def __init__(
        self, source: Source, sink: Sink | None, copy: BinaryIO | None = None
    ) -> None:
        self._source = source
        self._sink = sink
        self._copy = copy
        self._scan = CsvScan()
        self._line = 1
        self._returns: bool | None = None  # whether lines end in CR LF

    def run(self) -> CsvScan:
        """Scan the file.

        Raises
        ------
        ClustrError
            If the file is empty, is not UTF-8, holds NUL bytes, mixes line ends,
            has quotes that do not pair up or a record of more than 32 MiB.
        """
        rest, is_first = b"", True
        for block in self._source.blocks():
            if is_first:
                if what := foreign_text(block):
                    raise self._error(None, f"this is {what}")
                is_first = False
                rest = block.removeprefix(UTF8_MARK)
            else:
                rest += block
            rest = self._take(rest, is_last=False)
        if rest:
            ending = b"\r\n" if self._returns and not rest.endswith(b"\r") else b"\n"
            self._take(rest + ending, is_last=True)
        if not self._scan.header:
            raise self._error(None, "is empty: not even a header")
        return self._scan

    def _error(self, line: int | None, problem: str) -> ClustrError:
        place = "" if line is None else f", line {line}"
        return ClustrError(f"{self._source.label}{place}: {problem}")

    def _line_at(self, text: bytes, position: int) -> int:
        return self._line + text.count(b"\n", 0, position)

    def _take(self, text: bytes, *, is_last: bool) -> bytes:
        """Scan the whole records at the start of `text`, return what follows them."""
        records, open_quote = self._records(text)
        if open_quote >= 0 and is_last:
            line = self._line_at(text, open_quote)
            raise self._error(line, "a quote is opened and never closed")
        cut = int(records.ends[-1]) + 1 if len(records.ends) else 0
        for start, end in [*records.longest(), (cut, len(text))]:
            if end - start > LONGEST_RECORD:
                limit = f"{LONGEST_RECORD >> 20} MiB"
                why = f"a record longer than {limit}; is a quote never closed?"
                raise self._error(self._line_at(text, start), why)
        self._check_text(text[:cut])
        if cut:
            self._keep(text, records)
            self._line += records.line_count
        return text[cut:]

    def _check_text(self, text: bytes) -> None:
        if bad := bad_byte(text):
            position, problem = bad
            column = position - text.rfind(b"\n", 0, position)
            line = self._line_at(text, position)
            raise self._error(line, f"byte {column} of the line: {problem}")

    def _records(self, text: bytes) -> tuple[_Records, int]:
        """Cut text into records; the second value is a quote left open, or -1."""
        data = np.frombuffer(text, dtype=np.uint8)
        is_newline = data == NEWLINE
        inside, open_quote = self._inside(text, data)
        is_mark = is_newline | (data == COMMA)
        if inside is not None:
            is_mark &= inside == 0
        marks = np.flatnonzero(is_mark)
        ranks = np.flatnonzero(is_newline[marks])
        ends = marks[ranks]
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        fields = np.diff(ranks, prepend=-1)
        lines = np.arange(len(ends), dtype=np.int64)
        line_count = len(ends)
        if inside is not None and len(ends):
            newlines = np.flatnonzero(is_newline[: ends[-1] + 1])
            if len(newlines) > len(ends):
                self._scan.is_multiline = True
                lines = np.searchsorted(newlines, starts)
                line_count = len(newlines)
        self._check_line_ends(text, data, inside, ends)
        return _Records(
            starts, ends, fields, self._line + lines, line_count
        ), open_quote

    def _inside(self, text: bytes, data: Bytes) -> tuple[Bytes | None, int]:
        if b'"' not in text:
            return None, -1
        try:
            return quoted_mask(text, data, np.flatnonzero(data == QUOTE))
        except QuoteError as error:
            line = self._line_at(text, error.position)
            raise self._error(line, f"{error}; double a quote to write one") from error

    def _check_line_ends(
        self, text: bytes, data: Bytes, inside: Bytes | None, ends: Positions
    ) -> None:
        """Refuse a mix of LF and CR LF, and a CR that ends no line."""
        if not len(ends):
            return
        returns = np.empty(0, dtype=np.int64)
        if b"\r" in text:
            is_return = data[: ends[-1] + 1] == RETURN
            if inside is not None:
                is_return &= inside[: ends[-1] + 1] == 0
            returns = np.flatnonzero(is_return)
        lone = returns[data[returns + 1] != NEWLINE]
        if len(lone):
            line = self._line_at(text, int(lone[0]))
            raise self._error(line, "a carriage return that ends no line; use LF")
        if self._returns is None:
            self._returns = bool(len(returns)) and int(returns[0]) == int(ends[0]) - 1
        expected = len(ends) if self._returns else 0
        if len(returns) != expected:
            with_return = data[np.maximum(ends - 1, 0)] == RETURN
            odd = int(ends[np.flatnonzero(with_return != self._returns)[0]])
            here, there = ("LF", "CR LF") if self._returns else ("CR LF", "LF")
            why = f"ends in {here}, the lines before it in {there}; use one of them"
            raise self._error(self._line_at(text, odd), why)

    def _keep(self, text: bytes, records: _Records) -> None:
        """Count the records of a block and hand on what is special about them."""
        return_bytes = 1 if self._returns else 0
        lengths = records.ends - records.starts - return_bytes
        if not self._scan.header:
            filled = np.flatnonzero(lengths > 0)
            if not len(filled):
                return
            first = int(filled[0])
            self._read_header(text, records, first)
            records, lengths = records.tail(first + 1), lengths[first + 1 :]
        if not len(lengths):
            return
        self._scan.longest = max(self._scan.longest, int(lengths.max()))
        is_filled = lengths > 0
        is_good = is_filled & (records.fields == len(self._scan.header))
        is_bad = is_filled & ~is_good
        if is_bad.any():
            self._reject(text, records, lengths, np.flatnonzero(is_bad))
        if is_good.any():
            if self._sink:
                self._sink.number(records.lines[is_good])
            self._scan.landed += int(is_good.sum())
        if self._copy:
            kept = cut_out(text, records.starts, records.ends, is_good)
            self._copy.write(kept.data)

    def _read_header(self, text: bytes, records: _Records, first: int) -> None:
        start, end = int(records.starts[first]), int(records.ends[first])
        line = text[start:end].removesuffix(b"\r")
        number = int(records.lines[first])
        self._check_text(text[: end + 1])
        if b"\n" in line:
            raise self._error(number, "the header spans more than one line")
        try:
            self._scan.header = next(csv.reader([line.decode("utf-8")], strict=True))
        except csv.Error as error:
            raise self._error(number, f"the header is no CSV: {error}") from error
        self._scan.header_lines = number
        if self._copy:
            self._copy.write(text[start : end + 1])

    def _reject(
        self, text: bytes, records: _Records, lengths: Positions, bad: Positions
    ) -> None:
        self._scan.rejected += len(bad)
        if self._sink is None:
            return
        starts, stops = records.starts[bad], records.starts[bad] + lengths[bad]
        spans = zip(starts.tolist(), stops.tolist(), strict=True)
        payloads = [text[start:stop].decode("utf-8") for start, stop in spans]
        self._sink.reject(records.lines[bad], payloads)

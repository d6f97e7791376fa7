"""Tell quoted from unquoted bytes of CSV text, for whole blocks at a time.

The rules are those of RFC 4180, and where it is silent those of DuckDB's reader: a
quote inside a value that does not start with one (`12" ruler`) is an ordinary
character. What DuckDB and a strict reader would read differently is refused.
"""

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

COMMA, NEWLINE, RETURN, QUOTE = b',\n\r"'


class QuoteError(ValueError):
    """Quotes that do not pair up; `position` is the byte where the value starts."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(why)
        self.position = position


def quoted_mask(text: bytes, data: Bytes, quotes: Positions) -> tuple[Bytes, int]:
    """Mark the bytes that stand inside quotes.

    Parameters
    ----------
    text, data
        The same bytes twice, starting at the start of a record; length n.
    quotes
        Positions of every quote in them, ascending, at least one.

    Returns
    -------
    tuple
        An array of length n, 1 where a byte is inside a quoted value, and the
        position of a quote still open at the end, -1 if none is.

    Raises
    ------
    QuoteError
        If a quoted value is followed, or preceded, by something that is not a
        delimiter.
    """
    structural = _without_literals(text, data, quotes)
    marks = np.zeros(len(data), dtype=np.uint8)
    marks[structural] = 1
    inside = np.bitwise_xor.accumulate(marks)
    if len(structural) % 2 == 0:
        return inside, -1
    return inside, int(structural[_opening(structural, len(structural) - 1, 0)])


def _without_literals(text: bytes, data: Bytes, quotes: Positions) -> Positions:
    """Drop the quotes that are ordinary characters of an unquoted value."""
    bad = _misplaced(data, quotes)
    dropped = np.zeros(len(quotes), dtype=bool)
    first = 0  # the first quote of the stretch in hand; it opens a value
    while True:
        misplaced = bad[first % 2]
        rank = int(np.searchsorted(misplaced, first))
        if rank == len(misplaced):
            return quotes[~dropped]
        at = int(misplaced[rank])
        if (at - first) % 2:
            opening = int(quotes[_opening(quotes, at - 1, first)])
            raise QuoteError(opening, "text follows the closing quote of a value")
        stop = _end_of_literal(text, int(quotes[at]))
        after = int(np.searchsorted(quotes, stop))
        dropped[at:after] = True
        first = after


def _misplaced(data: Bytes, quotes: Positions) -> tuple[Positions, Positions]:
    """Indices of quotes that break the rules if even (odd) ones open a value."""
    last = len(data) - 1
    before = data[np.maximum(quotes - 1, 0)]
    after = data[np.minimum(quotes + 1, last)]
    may_open = (before == COMMA) | (before == NEWLINE) | (quotes == 0)
    may_close = (after == COMMA) | (after == NEWLINE) | (after == RETURN)
    may_close |= quotes == last
    doubled = np.diff(quotes) == 1
    may_open[1:] |= doubled
    may_close[:-1] |= doubled
    even = np.arange(len(quotes)) % 2 == 0
    return (
        np.flatnonzero(~np.where(even, may_open, may_close)),
        np.flatnonzero(~np.where(even, may_close, may_open)),
    )


def _opening(quotes: Positions, at: int, first: int) -> int:
    """Index of the quote that opens the value to which opening role `at` belongs."""
    while at - 2 >= first and quotes[at] - quotes[at - 1] == 1:
        at -= 2
    return at


def _end_of_literal(text: bytes, position: int) -> int:
    """Where the unquoted value around a quote ends: its delimiter, or the end."""
    start = max(text.rfind(b",", 0, position), text.rfind(b"\n", 0, position)) + 1
    if not text[start:position].strip(b" "):
        raise QuoteError(start, "a blank stands before the opening quote of a value")
    line_end = text.find(b"\n", position)
    line_end = len(text) if line_end < 0 else line_end
    comma = text.find(b",", position, line_end)
    return line_end if comma < 0 else comma

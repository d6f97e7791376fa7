"""Find bytes that are not UTF-8 text, and cut records out of a block of CSV."""

import numpy as np
import numpy.typing as npt

from landing.csv_quotes import Bytes, Positions

UTF8_MARK = b"\xef\xbb\xbf"
FOREIGN_STARTS = {
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"\x1f\x8b": "gzip data; name it .csv.gz",
    b"PAR1": "a Parquet file; name it .parquet",
    b"PK\x03\x04": "a zip or Excel file; save it as CSV in UTF-8",
}


def foreign_text(start: bytes) -> str | None:
    """What a file is by its first bytes, if that is known not to be UTF-8 text."""
    matches = (what for mark, what in FOREIGN_STARTS.items() if start.startswith(mark))
    return next(matches, None)


def bad_byte(text: bytes) -> tuple[int, str] | None:
    """Position of the first byte that is no UTF-8 text and what is wrong with it."""
    position = text.find(b"\0")
    if position >= 0:
        return position, "a NUL byte (0x00); the file must be UTF-8 text"
    if text.isascii():
        return None
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"0x{text[error.start]:02X}"
        return error.start, f"byte {byte} is not UTF-8; save the file as UTF-8"
    return None


def cut_out(
    text: bytes, starts: Positions, ends: Positions, is_kept: npt.NDArray[np.bool_]
) -> Bytes:
    """The bytes of the records marked as kept, line ends included.

    Parameters
    ----------
    starts, ends
        First byte and line feed of consecutive records, at least one.
    is_kept
        Whether each record is kept; as long as those.
    """
    data = np.frombuffer(text, dtype=np.uint8)[int(starts[0]) : int(ends[-1]) + 1]
    kept: Bytes = data[np.repeat(is_kept, ends - starts + 1)]
    return kept

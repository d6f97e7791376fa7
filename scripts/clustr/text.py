"""Columns of text: what the scripts print as tables."""

from collections.abc import Sequence

Row = Sequence[str]


def in_columns(rows: Sequence[Row], alignment: str) -> str:
    """Lay rows of cells out in columns two blanks apart.

    `alignment` has one letter per column: `l` for left, `r` for right. No rows give
    an empty text.
    """
    if not rows:
        return ""
    widths = [max(len(row[i]) for row in rows) for i in range(len(alignment))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if side == "l" else cell.rjust(width)
            for cell, width, side in zip(row, widths, alignment, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)

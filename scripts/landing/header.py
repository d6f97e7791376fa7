"""Match a file's own column names to the columns its table has."""

from dataclasses import dataclass

from clustr.console import ClustrError


@dataclass(frozen=True)
class ColumnMatch:
    """Where each column of a table stands in a file.

    `positions` maps a table's column to its place in the file, from 0. `unknown` are
    the file's other names, `missing` the optional columns that it lacks.
    """

    positions: dict[str, int]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def match_columns(
    label: str, names: list[str], columns: tuple[str, ...], optional: frozenset[str]
) -> ColumnMatch:
    """Match by name, without regard to case, blanks around it, and order.

    Raises
    ------
    ClustrError
        If a name stands there twice or a required column is missing.
    """
    positions: dict[str, int] = {}
    unknown: list[str] = []
    seen: set[str] = set()
    for position, raw in enumerate(names):
        name = raw.strip().lower()
        if name and name in seen:
            raise ClustrError(f"{label}: column {name} is there twice")
        seen.add(name)
        if name in columns:
            positions[name] = position
        else:
            unknown.append(raw.strip() or f"(column {position + 1}, without a name)")
    for column in columns:
        if column not in positions and column not in optional:
            separators = [mark for mark in (";", "\t", "|") if mark in "".join(names)]
            hint = "; values must be separated by commas" if separators else ""
            raise ClustrError(f"{label}: column {column} is missing{hint}")
    missing = (column for column in columns if column not in positions)
    return ColumnMatch(positions, tuple(unknown), tuple(missing))

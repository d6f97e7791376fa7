"""What a landing did, and how it is told."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FileReport:
    """One file's counts; `read` is always `landed` + `rejected`."""

    label: str
    read: int
    landed: int
    rejected: int
    unknown: tuple[str, ...]
    missing: tuple[str, ...]

    def notes(self) -> list[str]:
        """What to know of a file that was landed all the same, one line each."""
        notes = []
        if self.missing:
            notes.append(f"{self.label} lacks {', '.join(self.missing)}: left empty")
        if self.rejected:
            notes.append(
                f"{self.rejected:,} lines of {self.label} have a wrong number of "
                "fields; see landing.rejected_lines"
            )
        return notes


@dataclass
class Landing:
    """One delivery's outcome."""

    delivery_id: int
    files: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def as_table(landing: Landing) -> str:
    """A plain table: one line per file, numbers to the right."""
    heads = ("file", "rows read", "landed", "rejected", "columns left out")
    rows = [
        (
            file.label,
            f"{file.read:,}",
            f"{file.landed:,}",
            f"{file.rejected:,}",
            ", ".join(file.unknown) or "-",
        )
        for file in landing.files
    ]
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(5)]
    lines = []
    for row in [heads, *rows]:
        name, *numbers = (
            cell.rjust(width) if at in (1, 2, 3) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([name, *numbers]).rstrip())
    return "\n".join(lines)

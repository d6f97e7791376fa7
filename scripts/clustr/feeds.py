"""The feeds a delivery may hold, read from the seeds' own YAML.

The files `seeds/_*.yml` are the one place that names each feed's columns; dbt reads
them to load the demo, the scripts read them to land and to generate deliveries.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Feed:
    """One file of a delivery and the landing table of the same name."""

    name: str
    source_system: str
    key: str
    columns: tuple[str, ...]
    optional: frozenset[str]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a file is refused, in the feed's order."""
        return tuple(c for c in self.columns if c not in self.optional)


def _seed_entries(folder: Path) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for path in sorted(folder.glob("_*.yml")):
        entries += yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    return entries


def _column_names(entry: dict[str, object]) -> tuple[str, ...]:
    columns = entry["columns"]
    assert isinstance(columns, list)
    return tuple(column["name"] for column in columns)


def load_feeds(project: Path = PROJECT) -> dict[str, Feed]:
    """Read the thirteen feeds of `seeds/_*.yml`, by name."""
    feeds = {}
    for entry in _seed_entries(project / "seeds"):
        config, columns = entry["config"], entry["columns"]
        assert isinstance(config, dict)
        assert isinstance(columns, list)
        meta = config["meta"]
        feeds[str(entry["name"])] = Feed(
            name=str(entry["name"]),
            source_system=meta["feed"],
            key=meta["key"],
            columns=_column_names(entry),
            optional=frozenset(
                column["name"]
                for column in columns
                if column.get("config", {}).get("meta", {}).get("required") is False
            ),
        )
    return feeds


def load_truth_tables(project: Path = PROJECT) -> dict[str, tuple[str, ...]]:
    """Read the answer key's tables of `seeds/truth/_truth.yml`: name to columns."""
    entries = _seed_entries(project / "seeds" / "truth")
    return {str(entry["name"]): _column_names(entry) for entry in entries}

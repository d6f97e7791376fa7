"""What dbt hands a Python model, over a database in memory."""

from collections.abc import Mapping
from types import SimpleNamespace

import duckdb


class FakeConfig:
    """dbt.config: called with settings, asked for the model's meta."""

    def __init__(self, meta: Mapping[str, object]) -> None:
        self.meta = meta
        self.settings: dict[str, object] = {}

    def __call__(self, **config: object) -> None:
        """Keep what the model configures."""
        self.settings |= config

    def get(self, name: str) -> Mapping[str, object] | None:
        """Hand out the model's meta."""
        return self.meta if name == "meta" else None


class FakeDbt:
    """What dbt hands a Python model: configuration and relations by name."""

    def __init__(
        self, session: duckdb.DuckDBPyConnection, this: str, **meta: object
    ) -> None:
        self.session = session
        self.this = SimpleNamespace(schema="main", identifier=this)
        self.config = FakeConfig(meta)

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        """Relation of a table in the in-memory database."""
        return self.session.table(name)

"""A shop whose audit tables are watched, on PostgreSQL: the same faults over again."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from postgres_shop import Server, connected, query
from proving.postgres_database import PostgresDatabase
from state import WatchedShop, log_rows

TABLES = """
    select table_schema, table_name from information_schema.tables
    where table_schema in (
        'landing', 'raw', 'staging', 'intermediate', 'curated', 'gold', 'truth', 'audit'
    ) and table_name not in (
        'pipeline_execution_log', 'pipeline_node_log', 'pipeline_watermark',
        'proven_tests', 'build_lease'
    )
"""


class WatchedPostgresShop(WatchedShop):
    """One database of the throwaway server, and copies of it to go back to."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.database = PostgresDatabase(folder / "shop")
        self.server = server | self.database.environment()

    def environment(self) -> dict[str, str]:
        """Environment that points every command at this shop's database."""
        return super().environment() | self.server

    def rows(
        self, sql: str, parameters: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse."""
        assert not parameters, "written into the statement here"
        return query(self.server, sql)

    def execute(self, *statements: str) -> None:
        """Change the warehouse behind the project's back, in one transaction."""
        with (
            closing(connected(self.server)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("; ".join(("begin", *statements, "commit")))

    def content_hashes(self) -> dict[str, str]:
        """Rows and content hash of every table and view, by schema and name."""
        hashes = {}
        for schema, table in self.rows(TABLES):
            ((hashed,),) = self.rows(
                "select count(*) || ' ' || coalesce(md5(string_agg(md5(one::text), ''"
                f" order by md5(one::text))), '') from {schema}.\"{table}\" as one"
            )
            hashes[f"{schema}.{table}"] = hashed
        assert "gold.sales_summary_daily" in hashes
        return hashes

    def keep(self) -> Path:
        """Copy the warehouse as it is; return what `go_back` takes."""
        kept = self.folder / f"kept_{len(self.kept)}"
        self.database.save(kept)
        self.kept[kept] = log_rows(self)
        return kept

    def go_back(self, kept: Path) -> None:
        """Put a kept warehouse in place of what there is."""
        self.database.restore(kept)
        self.logged = self.kept[kept].copy()

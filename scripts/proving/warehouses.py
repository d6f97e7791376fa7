"""The warehouses that can be broken, by target: a file or a database for each path."""

from proving.duckdb_file import DuckdbFile
from proving.postgres_database import PostgresDatabase

Warehouse = DuckdbFile | PostgresDatabase

TARGETS: dict[str, type[DuckdbFile] | type[PostgresDatabase]] = {
    "duckdb": DuckdbFile,
    "postgres": PostgresDatabase,
}

"""A plugin of dbt-duckdb: say in one line that another process holds the warehouse.

Named in profiles.yml. Without it dbt prints 200 lines of traceback when two builds are
started together, because it does not expect DuckDB's own error there.
"""

from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin

from clustr.warehouse import explain_open_error


class Plugin(BasePlugin):
    """Opens the warehouse right before dbt does, and explains why it cannot be.

    What it opened stays open until dbt has it too: nobody comes in between.
    """

    def update_connection_config(
        self, creds: DuckDBCredentials, config: dict[str, Any]
    ) -> None:
        """Open the file of the profile.

        Raises
        ------
        RuntimeError
            If another process holds it, which is named, or it is no warehouse.
        """
        try:
            self.door = duckdb.connect(creds.path, read_only=False, config=config)
        except duckdb.Error as error:
            raise RuntimeError(
                explain_open_error(Path(creds.path), str(error))
            ) from error

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Leave the file to dbt's own connection."""
        del conn
        self.door.close()

"""Keep what the scan of a CSV file finds in tables, block by block."""

import duckdb
import numpy as np

from landing.csv_quotes import Positions
from landing.delivery import DeliveredFile


class Findings:
    """Rejected lines and line numbers of one CSV file of a delivery.

    Line numbers are a plain shift of the row numbers in most files: that is all this
    remembers then. From the first blank, rejected or many-line record that comes
    between, they go to a temporary table, one row per good row, in order.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        delivery_id: int,
        file: DeliveredFile,
    ) -> None:
        self._connection = connection
        self._origin = [delivery_id, file.table, file.label]
        self._rows = 0
        self.shift = 0
        self.is_drifting = False

    def reject(self, lines: Positions, payloads: list[str]) -> None:
        """Take records that have too many or too few fields."""
        self._connection.execute(
            """insert into landing.rejected_lines (delivery_id, source_table,
            source_filename, line_number, rule, payload)
            select ?, ?, ?, unnest(?), 'field_count', unnest(?)""",
            [*self._origin, lines.tolist(), payloads],
        )

    def number(self, lines: Positions) -> None:
        """Take the lines of the next good rows, at least one."""
        if self._rows == 0:
            self.shift = int(lines[0]) - 1
        first = self._rows + self.shift + 1
        expected = np.arange(first, first + len(lines), dtype=np.int64)
        if not self.is_drifting and not np.array_equal(lines, expected):
            self.is_drifting = True
            self._connection.execute(
                "create or replace temp table line_numbers as "
                "select range as line_number from range(?, ?)",
                [self.shift + 1, first],
            )
        if self.is_drifting:
            self._connection.register("block_lines", {"line_number": lines})
            self._connection.execute("insert into line_numbers from block_lines")
            self._connection.unregister("block_lines")
        self._rows += len(lines)

"""Keep what the scan of a CSV file finds in tables, block by block."""

import numpy as np

from landing.csv_quotes import Positions
from landing.delivery import DeliveredFile
from landing.tables import REJECTED_LINES
from landing.warehouse import Warehouse


class Findings:
    """Rejected lines and line numbers of one CSV file of a delivery.

    Line numbers are a plain shift of the row numbers in most files: that is all this
    remembers then. From the first blank, rejected or many-line record that comes
    between, they go to a temporary table, one row per good row, in order.
    """

    def __init__(
        self, warehouse: Warehouse, delivery_id: int, file: DeliveredFile
    ) -> None:
        self._warehouse = warehouse
        self._reader = warehouse.reader
        self._origin = [delivery_id, file.table, file.label]
        self._rows = 0
        self.shift = 0
        self.is_drifting = False

    def reject(self, lines: Positions, payloads: list[str]) -> None:
        """Take records that have too many or too few fields."""
        self._warehouse.insert(
            ("landing", "rejected_lines"),
            list(REJECTED_LINES),
            "select ?, ?, ?, unnest(?), 'field_count', unnest(?)",
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
            self._reader.execute(
                "create or replace temp table line_numbers as "
                "select range as line_number from range(?, ?)",
                [self.shift + 1, first],
            )
        if self.is_drifting:
            self._reader.register("block_lines", {"line_number": lines})
            self._reader.execute("insert into line_numbers from block_lines")
            self._reader.unregister("block_lines")
        self._rows += len(lines)

"""What the tests of scripts/land.py share: a warehouse, a delivery, a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

import land

ORDERS = "order_id,customer_id,order_date,channel,total_amount,status\n"
ROW = "1,7,2024-05-01,WEB,10.00,completed\n"


@dataclass
class Shop:
    """A warehouse file, a folder to deliver in, and what was printed."""

    warehouse: Path
    folder: Path
    capture: pytest.CaptureFixture[str]
    out: str = ""
    error: str = ""
    target = "duckdb"
    setting = "CLUSTR_DUCKDB_PATH"

    def deliver(self, **files: str | bytes) -> None:
        """Empty the folder and write files; `orders_csv` is `orders.csv`."""
        self.folder.mkdir(exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            stem, _, ending = name.rpartition("_")
            path = self.folder / f"{stem}.{ending.replace('gz', 'csv.gz')}"
            path.write_bytes(data)

    def land(self, *arguments: str) -> int:
        """Run the command on the folder and keep what it prints."""
        code = land.main([str(self.folder), "--target", self.target, *arguments])
        self.out, self.error = self.capture.readouterr()
        return code

    def land_file(self, **files: str | bytes) -> int:
        """Deliver and land."""
        self.deliver(**files)
        return self.land()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with duckdb.connect(str(self.warehouse)) as connection:
            return connection.execute(sql).fetchall()

    def query(self, sql: str) -> list[Any]:
        """Rows of a query; plain values where there is one column."""
        return [row[0] if len(row) == 1 else row for row in self.rows(sql)]

    def run(self, statements: Sequence[str]) -> None:
        """Change the warehouse as dbt would."""
        with duckdb.connect(str(self.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement).fetchall()

    def exists(self) -> bool:
        """Whether there is a warehouse at all."""
        return self.warehouse.exists()

    def tables(self) -> list[str]:
        """Every table, with its schema."""
        return self.query(
            """select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('landing', 'raw', 'truth') order by 1"""
        )

    def columns(self, table: str) -> list[str]:
        """Names of a table's columns, in order."""
        return self.query(
            f"""select column_name from information_schema.columns
            where table_schema || '.' || table_name = '{table}'
            order by ordinal_position"""
        )

    def everything(self) -> dict[str, list[Any]]:
        """Every row of every table, to compare before and after."""
        return {
            name: sorted(self.rows(f"select * from {name}"), key=repr)
            for name in self.tables()
        }

    def refusal(self, **files: str | bytes) -> str:
        """Land what must be refused: exit 2, one line; the line is returned."""
        assert self.land_file(**files) == 2
        assert self.out == ""
        assert self.error.startswith("error: ") and self.error.count("\n") == 1
        return self.error.removeprefix("error: ").strip()


def make_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> Shop:
    """A shop whose warehouse does not exist yet."""
    shop = Shop(tmp_path / "shop.duckdb", tmp_path / "delivery", capture)
    monkeypatch.setenv("CLUSTR_DUCKDB_PATH", str(shop.warehouse))
    shop.folder.mkdir()
    return shop

"""The menu of a terminal: a layer, a table, then its rows, columns, SQL or a file."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from clustr.console import ClustrError, fail
from querying.answer import choose_output, write
from querying.prompts import LeftError, choose, file_prompt, sql_prompt
from querying.reading import Reader
from querying.tables import Table, column_names, overview, profile, shown_tables
from querying.viewer import show


class Menu:
    """One talk about the tables of a warehouse."""

    def __init__(self, reader: Reader, tables: Sequence[Table]) -> None:
        self.reader = reader
        self.tables = tables
        self.sql = sql_prompt(tables, column_names(reader, tables))

    def browse(self) -> None:
        """Have a layer and a table chosen, until it is to go back."""
        layers: dict[str, list[Table]] = {}
        for table in self.tables:
            layers.setdefault(table.schema, []).append(table)
        notes = {layer: f"{len(held)} tables" for layer, held in layers.items()}
        while (layer := choose("layer", notes)) is not None:
            held = {table.name: table for table in layers[layer]}
            listed = overview(self.reader, layers[layer]).rows
            rows = {str(name): f"{count:,} rows" for _, name, count in listed}
            while (name := choose(layer, rows)) is not None:
                self.work_on(held[name])

    def work_on(self, table: Table) -> None:
        """Do what is chosen with a table, until it is to go back."""
        acts: dict[str, tuple[str, Callable[[Table], None]]] = {
            "rows": ("scroll through them", self.show_rows),
            "columns": ("types, nulls, distinct values", self.show_columns),
            "sql": ("run queries", self.ask_sql),
            "export": ("to a CSV, JSON or Parquet file", self.export),
        }
        notes = {name: note for name, (note, _) in acts.items()}
        while (chosen := choose(str(table), notes)) is not None:
            try:
                acts[chosen][1](table)
            except ClustrError as error:
                fail(error)
            except KeyboardInterrupt:
                print("stopped")

    def show_rows(self, table: Table) -> None:
        """The rows, as they are stored."""
        show(self.reader.read(f"select * from {table.quoted}"))

    def show_columns(self, table: Table) -> None:
        """Columns with their types, nulls and distinct values."""
        count, result = profile(self.reader, table)
        print(f"{table}: {count:,} rows")
        show(result, "columns")

    def ask_sql(self, _: Table) -> None:
        """Rows of queries that are typed, until nothing is."""
        while query := self.sql.ask():
            try:
                show(self.reader.read_typed(query))
            except ClustrError as error:
                fail(error)

    def export(self, table: Table) -> None:
        """All rows to the file that is typed; nothing typed goes back."""
        if said := file_prompt().ask():
            path = Path(said).expanduser()
            output = choose_output(form=None, path=path, limit=None, as_table=False)
            write(self.reader.read(f"select * from {table.quoted}"), output)


def menu(reader: Reader, *, all_layers: bool) -> None:
    """Talk until somebody quits, goes back from the first menu, or input ends.

    Raises
    ------
    ClustrError
        If there are no tables.
    """
    tables = shown_tables(reader, all_layers=all_layers)
    print(reader.name)
    with suppress(LeftError, EOFError):
        Menu(reader, tables).browse()
